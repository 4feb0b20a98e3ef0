from plants.watering import litres


def test_heat_makes_thirsty():
    assert litres(2, 30) == 1.0
