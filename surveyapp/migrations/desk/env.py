from alembic import context

import surveyapp.desk.accounts  # noqa: F401
from surveyapp.desk.tables import DESK

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=DESK,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
