from django.db import models


class Loan(models.Model):
    book = models.CharField(max_length=40, unique=True)
    reader = models.CharField(max_length=40)
