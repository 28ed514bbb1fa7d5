"""ctb-lint: do documents, migrations and live database tell the same story, and obey CTB?"""
