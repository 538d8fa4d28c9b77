"""Room on the pages: a report changes its rows in place, without a new entry in any index."""

from django.db import migrations

FORWARD = """
ALTER TABLE learning_learningmeter SET (fillfactor = 70);
ALTER TABLE learning_learnertime SET (fillfactor = 70);
ALTER TABLE learning_itemtime SET (fillfactor = 85);
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
