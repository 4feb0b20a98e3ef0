"""Realistic bugs, each a change of one text in a rendered project, and the layer that should notice.

A fault whose file or text the chosen stack does not have does not apply to it. "AWAIT " in a text
is "await " in async code, and nothing elsewhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    file: str  # below src/<package>; may hold a wildcard
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    name: str
    file: str
    old: str
    new: str
    layer: str  # the lowest whose tests must fail
    tests: str = ""  # which file of the layer's tests of the shop to run; empty: all
    elsewhere: tuple[Change, ...] = ()  # the same bug where a framework or a database has another text
    needs: str = ""  # a file of the project; without it the change is no bug

    @property
    def changes(self) -> tuple[Change, ...]:
        return (Change(self.file, self.old, self.new), *self.elsewhere)


MODEL, SECURITY = "shop/domain/model.py", "shop/services/security.py"
USERS, ORDERS = "shop/services/users.py", "shop/services/orders.py"
ACCOUNTS, INVENTORY = "shop/services/accounts.py", "shop/services/inventory.py"
TABLES, REPOSITORY = "shop/adapters/tables.py", "shop/adapters/repository.py"
WEB, STATUS = "shop/entrypoints/*.py", "shop/entrypoints/status.py"
COMPOSITION, EVENTS, WORKER = "shop/composition.py", "events.py", "worker.py"
DOCUMENTS, MODELS = "shop/adapters/documents.py", "shop/adapters/models.py"
MIGRATION = "shop/adapters/migrations/0001_initial.py"
SERVER_DATABASE = "tests/support/outside.py"

FAULTS = [
    # rules
    Fault("withdraw all but the last cent", MODEL, "amount > self.balance", "amount >= self.balance", "unit"),
    Fault("withdraw adds", MODEL, "self.balance -= amount", "self.balance += amount", "unit"),
    Fault("overdraw", MODEL, "if amount > self.balance:", "if False:", "unit"),
    Fault("last piece cannot be sold", MODEL, "quantity > self.stock", "quantity >= self.stock", "unit"),
    Fault("sell more than there is", MODEL, "if quantity > self.stock:", "if False:", "unit"),
    Fault("total ignores the quantity", MODEL, "line.quantity * line.price", "line.price", "unit"),
    Fault("ship before payment", MODEL, '"created": {"paid",', '"created": {"shipped", "paid",', "unit"),
    Fault(
        "no second try after a decline",
        MODEL,
        '"payment_failed": {"paid", "payment_failed"}',
        '"payment_failed": set()',
        "unit",
    ),
    Fault("any status goes", MODEL, "if status not in NEXT[self.status]:", "if False:", "unit"),
    # passwords and tokens
    Fault(
        "every password matches",
        SECURITY,
        "return hmac.compare_digest(found, bytes.fromhex(expected))",
        "return True",
        "unit",
    ),
    Fault("no salt", SECURITY, "os.urandom(16)", "bytes(16)", "unit"),
    Fault(
        "signature not checked",
        SECURITY,
        "return user_id if hmac.compare_digest(found, expected) else None",
        "return user_id",
        "unit",
    ),
    Fault("signature ignores the user", SECURITY, "user_id.encode()", 'b""', "unit"),
    Fault(
        "password stored as plain text",
        USERS,
        "hash_password(password, shop.settings.password_cost)",
        "password",
        "integration",
        "test_users*.py",
    ),
    # files
    Fault("file name not checked", "shop/adapters/files.py", "if not name or", "if False and", "unit"),
    Fault("backslash in a file name", "shop/adapters/files.py", '"/\\\\:\\0"', '"/:\\0"', "unit"),
    # database
    Fault(
        "no unique constraint",
        TABLES,
        "unique=True, nullable=False",
        "nullable=False",
        "integration",
        "test_repository.py",
        elsewhere=(
            Change(DOCUMENTS, 'IndexModel("email", unique=True)', 'IndexModel("email")'),
            Change(MIGRATION, ", unique=True", ""),
        ),
    ),
    Fault(
        "lines loaded one order at a time",
        TABLES,
        'lazy="selectin", ',
        "",
        "integration",
        "test_orders*.py",
        elsewhere=(Change(REPOSITORY, '.prefetch_related("lines")', ""),),
    ),
    Fault(
        "lines stay when the order goes",
        TABLES,
        ', cascade="all, delete-orphan"',
        "",
        "integration",
        "test_repository.py",
        elsewhere=(Change(MODELS, "models.CASCADE", "models.DO_NOTHING"),),
    ),
    Fault(
        "never committed",
        REPOSITORY,
        "with SessionLocal.begin() as session",
        "with SessionLocal() as session",
        "integration",
        "test_repository.py",
        elsewhere=(
            Change(
                REPOSITORY,
                "            yield MongoRepository(session)",
                "            yield MongoRepository(session)\n            AWAIT session.abort_transaction()",
            ),
            Change(
                REPOSITORY,
                "        yield DjangoRepository()",
                "        yield DjangoRepository()\n        transaction.set_rollback(True)",
            ),
        ),
    ),
    Fault(
        "each step committed at once",
        REPOSITORY,
        "self.session.flush()",
        "self.session.commit()",
        "integration",
        "test_transfer.py",
        elsewhere=(
            Change(
                REPOSITORY,
                "collection.replace_one(own, document, session=self.session)",
                "collection.replace_one(own, document)",
            ),
            Change(REPOSITORY, "    with transaction.atomic():\n        yield", "    if True:\n        yield"),
        ),
    ),
    Fault(
        "integrity error not translated",
        REPOSITORY,
        "except IntegrityError as error",
        "except ZeroDivisionError as error",
        "integration",
        "test_repository.py",
        elsewhere=(Change(REPOSITORY, "except DuplicateKeyError as error", "except ZeroDivisionError as error"),),
    ),
    Fault(
        "no rollback",
        REPOSITORY,
        "yield SqlRepository(session)",
        "try:\n            yield SqlRepository(session)\n"
        "        except Exception:\n            AWAIT session.commit()\n            raise",
        "integration",
        "test_transfer.py",
        elsewhere=(
            Change(
                REPOSITORY,
                "            yield MongoRepository(session)",
                "            try:\n                yield MongoRepository(session)\n"
                "            except Exception:\n                AWAIT session.commit_transaction()\n"
                "                raise",
            ),
            Change(
                REPOSITORY,
                "    with transaction.atomic():\n        yield DjangoRepository()",
                "    failure = None\n    with transaction.atomic():\n        try:\n"
                "            yield DjangoRepository()\n        except Exception as error:\n"
                "            failure = error\n    if failure:\n        raise failure",
            ),
        ),
    ),
    Fault("pages skip one", REPOSITORY, "(page - 1) * size", "page * size", "integration", "test_users*.py"),
    Fault(
        "pages are not in order",
        REPOSITORY,
        ".order_by(tables.users.c.email)",
        ".order_by(tables.users.c.id)",
        "integration",
        "test_users*.py",
        elsewhere=(
            Change(REPOSITORY, '.order_by("email")', '.order_by("id")'),
            Change(REPOSITORY, 'sort={"email": 1}', 'sort={"_id": 1}'),
        ),
    ),
    Fault(
        "everybody's orders",
        REPOSITORY,
        ".where(tables.orders.c.customer_id == customer_id)",
        "",
        "integration",
        "test_orders*.py",
        elsewhere=(
            Change(REPOSITORY, ".filter(customer_id=customer_id)", ".all()"),
            Change(REPOSITORY, '{"customer_id": customer_id}', "{}"),
        ),
    ),
    Fault(
        "two transfers at once lose money",
        REPOSITORY,
        ".order_by(column).with_for_update()",
        ".order_by(column)",
        "integration",
        "test_transfer.py",
        elsewhere=(
            Change(REPOSITORY, "models.Account.objects.select_for_update()", "models.Account.objects"),
            Change("shop/services/conflicts.py", "if time.monotonic() > deadline:", "if True:"),
        ),
        needs=SERVER_DATABASE,
    ),
    Fault(
        "transactions on SQLite read before they lock",
        "database.py",
        'exec_driver_sql("BEGIN IMMEDIATE")',
        'exec_driver_sql("BEGIN")',
        "integration",
        "test_transfer.py",
        elsewhere=(Change("django_settings.py", '"transaction_mode": "IMMEDIATE"', ""),),
    ),
    # use cases
    Fault(
        "account forgotten at registration",
        USERS,
        "repository.add(Account(user.id))",
        "repository.user(user.id)",
        "integration",
        "test_users*.py",
    ),
    Fault("address as it was typed", USERS, "User(email.lower(),", "User(email,", "integration", "test_users*.py"),
    Fault(
        "no limit on attempts",
        USERS,
        'raise TooManyAttempts("too many attempts to log in")',
        "pass",
        "integration",
        "test_users*.py",
    ),
    Fault(
        "login without the password",
        USERS,
        "user is None or not password_matches(password, user.password_hash)",
        "user is None",
        "integration",
        "test_users*.py",
    ),
    Fault("roles not checked", USERS, "if user.role not in roles:", "if False:", "integration", "test_users*.py"),
    Fault(
        "money from nowhere",
        ACCOUNTS,
        "accounts[sender.id].withdraw(amount)",
        "pass",
        "integration",
        "test_transfer.py",
    ),
    Fault(
        "publish nothing",
        ORDERS,
        '_publish(shop, "order.created", order)',
        "find_order(shop, customer, order.id)",
        "integration",
    ),
    Fault("wrong topic", ORDERS, '"order.created"', '"orders.created"', "integration"),
    Fault(
        "publish before commit",
        ORDERS,
        '\n    AWAIT _publish(shop, "order.created", order)',
        '\n        AWAIT _publish(shop, "order.created", order)',
        "integration",
        "test_orders*.py",
    ),
    Fault(
        "stock not asked when ordering",
        ORDERS,
        "product.require(quantity)",
        "pass",
        "integration",
        "test_orders*.py",
    ),
    Fault(
        "order of a stranger is shown",
        ORDERS,
        "if order.customer_id != customer.id:",
        "if False:",
        "integration",
        "test_orders*.py",
    ),
    Fault("paid order is charged again", ORDERS, 'order.require("paid")', "pass", "integration", "test_orders*.py"),
    Fault(
        "decline not stored",
        ORDERS,
        '_change(shop, order_id, "payment_failed")',
        "find_order(shop, customer, order_id)",
        "integration",
        "test_orders*.py",
    ),
    Fault(
        "wrong amount charged",
        ORDERS,
        "order.total, card",
        "len(order.lines), card",
        "integration",
        "test_orders*.py",
    ),
    Fault("anybody ships", ORDERS, 'require_role(asking, "staff", "admin")', "pass", "integration", "test_orders*.py"),
    Fault(
        "invoice of an unpaid order",
        ORDERS,
        'order.require("shipped")',
        'return ""',
        "integration",
        "test_orders*.py",
    ),
    Fault(
        "mail failure ends the order",
        "shop/services/notifications.py",
        "except Exception:",
        "except ZeroDivisionError:",
        "integration",
        "test_partial_failure.py",
    ),
    Fault(
        "failure not reported",
        "shop/services/notifications.py",
        'log.exception("%s to %s failed", name, user.email)',
        "pass",
        "integration",
        "test_partial_failure.py",
    ),
    Fault(
        "no SMS", "shop/services/notifications.py", ', ("sms", shop.sms)', ",", "integration", "test_partial_failure.py"
    ),
    Fault(
        "same event handled twice",
        INVENTORY,
        'HandledEvent(order_created["id"])',
        "HandledEvent(__import__('uuid').uuid4().hex)",
        "integration",
        "test_stock.py",
    ),
    Fault(
        "cache never invalidated on change",
        "shop/services/products.py",
        "shop.cache.drop(new.sku)",
        "shop.cache.get(new.sku)",
        "integration",
        "test_products*.py",
    ),
    Fault(
        "cache never invalidated on sale",
        INVENTORY,
        'shop.cache.drop(line["sku"])',
        'shop.cache.get(line["sku"])',
        "integration",
        "test_stock.py",
    ),
    Fault(
        "nothing is cached",
        "shop/services/products.py",
        "shop.cache.put(product)",
        "shop.cache.drop(sku)",
        "integration",
        "test_products*.py",
    ),
    Fault("cached for ever", "shop/adapters/cache.py", ", ex=self.seconds", "", "integration", "test_products*.py"),
    # payment gateway
    Fault(
        "decline taken for success",
        "shop/adapters/payments.py",
        "response.status_code == 402",
        "response.status_code == 403",
        "integration",
        "test_payments.py",
    ),
    Fault(
        "error of the gateway taken for success",
        "shop/adapters/payments.py",
        "if response.is_error:",
        "if False:",
        "integration",
        "test_payments.py",
    ),
    Fault(
        "time-out not handled",
        "shop/adapters/payments.py",
        "except httpx.HTTPError as error",
        "except ZeroDivisionError as error",
        "integration",
        "test_payments.py",
    ),
    Fault(
        "no idempotency key",
        "shop/adapters/payments.py",
        ', "Idempotency-Key": order_id',
        "",
        "integration",
        "test_payments.py",
    ),
    # rate limit
    Fault(
        "limit is one too high",
        "shop/adapters/rate_limit.py",
        "len(recent) < self.limit",
        "len(recent) <= self.limit",
        "unit",
        "test_rate_limit.py",
    ),
    Fault(
        "limit is one too high in Redis",
        "shop/adapters/rate_limit.py",
        "count <= self.limit",
        "count <= self.limit + 1",
        "integration",
        "test_rate_limit.py",
    ),
    Fault(
        "one limit for all",
        "shop/adapters/rate_limit.py",
        "attempts:{key}",
        "attempts",
        "integration",
        "test_rate_limit.py",
    ),
    Fault(
        "rate limit per process",
        "shop/adapters/rate_limit.py",
        "attempts:{key}",
        "attempts:{id(self)}:{key}",
        "integration",
        "test_rate_limit.py",
    ),
    Fault(
        "attempts are counted for ever",
        "shop/adapters/rate_limit.py",
        ".expire(name, SECONDS, nx=True)",
        ".exists(name)",
        "integration",
        "test_rate_limit.py",
    ),
    # brokers
    Fault(
        "consumer acknowledges before handling",
        EVENTS,
        "AckPolicy.NACK_ON_ERROR",
        "AckPolicy.ACK_FIRST",
        "integration",
        "test_events.py",
    ),
    Fault(
        "poisoned message comes again for ever",
        EVENTS,
        "except ValidationError as error",
        "except ZeroDivisionError as error",
        "unit",
        "test_consumer.py",
    ),
    Fault(
        "order that breaks a rule comes again for ever",
        "shop/entrypoints/consumer.py",
        "except ShopError as error",
        "except ZeroDivisionError as error",
        "integration",
        "test_events.py",
    ),
    Fault(
        "nobody subscribes",
        "shop/entrypoints/consumer.py",
        'events.subscribe("order.created"',
        'events.subscribe("order.updated"',
        "integration",
        "test_events.py",
    ),
    # HTTP
    Fault("200 for 401", STATUS, "errors.NotLoggedIn: 401", "errors.NotLoggedIn: 200", "integration", "test_users*.py"),
    Fault(
        "500 for a duplicate",
        STATUS,
        "errors.AlreadyExists: 409",
        "errors.AlreadyExists: 500",
        "integration",
        "test_users*.py",
    ),
    Fault(
        "200 for 201",
        WEB,
        'router.post("/orders", status_code=201',
        'router.post("/orders", status_code=200',
        "integration",
        "test_orders*.py",
        elsewhere=(
            Change(WEB, '@post("/orders", responses', '@post("/orders", status_code=200, responses'),
            Change(WEB, "wish.quantities())), 201", "wish.quantities())), 200"),
            Change(WEB, "wish.quantities()), 201)", "wish.quantities()), 200)"),
        ),
    ),
    Fault(
        "password hash in the answer",
        WEB,
        "class UserOut(Out):\n",
        "class UserOut(Out):\n    password_hash: str\n",
        "integration",
        "test_users*.py",
    ),
    Fault(
        "details of a bug in the answer",
        WEB,
        '"internal error"',
        "str(error)",
        "integration",
        "test_orders*.py",
        elsewhere=(Change("main.py", '"internal error"', 'str(__import__("sys").exc_info()[1])'),),
    ),
    Fault("role chosen at registration", WEB, 'extra="forbid"', 'extra="ignore"', "integration", "test_users*.py"),
    Fault(
        "negative price", WEB, "Field(ge=1, le=1_000_000)", "Field(le=1_000_000)", "integration", "test_products*.py"
    ),
    # what only whole processes show
    Fault(
        "the application does not start without a test's parts",
        WEB,
        "as app.state.shop",
        "as unused",
        "e2e",
        "test_journey.py",
        elsewhere=(Change(WEB, "connections.enter_context(composed())", "composed()"),),
    ),
    Fault(
        "gateway of production where none is set",
        COMPOSITION,
        "if not settings.payments_url:",
        "if False:",
        "e2e",
        "test_journey.py",
        needs="tests/e2e/shop",
    ),
    Fault(
        "development takes every card",
        "shop/adapters/payments.py",
        "if card == self.DECLINED:",
        "if False:",
        "integration",
        "test_payments.py",
    ),
    Fault("worker does not run", WORKER, '__name__ == "__main__"', '__name__ == "main"', "e2e", "test_journey.py"),
    Fault("worker forgets its settings", WORKER, "Settings.from_environment()", "Settings()", "e2e", "test_journey.py"),
    Fault(
        "refusals are not in the schema",
        WEB,
        "(400, *STATUS.values())",
        "(400,)",
        "e2e",
        "test_openapi.py",
    ),
]
