# Seeded: yours from now on, "copier update" never touches it again.
"""The first tables. Change models.py, and let manage.py makemigrations write the next step."""

from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("email", models.CharField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("password_hash", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=20)),
            ],
            options={"db_table": "users"},
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "user",
                    models.OneToOneField("shop.user", PROTECT, primary_key=True, serialize=False),
                ),
                ("balance", models.IntegerField()),
            ],
            options={"db_table": "accounts"},
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("sku", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("price", models.IntegerField()),
                ("stock", models.IntegerField()),
            ],
            options={"db_table": "products"},
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("customer", models.ForeignKey("shop.user", PROTECT)),
                ("status", models.CharField(max_length=20)),
            ],
            options={"db_table": "orders"},
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("order", models.ForeignKey("shop.order", CASCADE, related_name="lines")),
                ("product", models.ForeignKey("shop.product", PROTECT, db_column="sku")),
                ("quantity", models.IntegerField()),
                ("price", models.IntegerField()),
            ],
            options={
                "db_table": "order_lines",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "product"), name="one_line_for_a_product"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandledEvent",
            fields=[("id", models.CharField(max_length=64, primary_key=True, serialize=False))],
            options={"db_table": "handled_events"},
        ),
    )
