from parcels.postage import cents


def test_heavy_parcels_cost_more():
    assert cents(3000) > cents(2000)
