from plants.web import build

app = build()
