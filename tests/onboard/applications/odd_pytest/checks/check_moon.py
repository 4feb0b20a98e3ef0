import pytest
from tides.moon import is_spring_tide


class CheckMoon:
    @pytest.mark.parametrize("day", [0, 14.77])
    def check_new_and_full_moon(self, day):
        assert is_spring_tide(day)


def check_half_moon():
    assert not is_spring_tide(7)
