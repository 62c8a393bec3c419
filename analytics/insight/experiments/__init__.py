"""A test of variants, judged from sums: whether people were divided as meant, what each arm did, how sure that is.

The campaign's page and `manage.py evaluate experiment` say the same by the same functions.
"""
