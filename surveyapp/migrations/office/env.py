from alembic import context

from surveyapp.office.tables import OFFICE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=OFFICE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
