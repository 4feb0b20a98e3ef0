from parcels import create_app

app = create_app()
