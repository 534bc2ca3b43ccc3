from alembic import context

from surveyapp.results.tables import RESULTS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=RESULTS,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
