import pytest
import tests.scenario.test_a_service_is_away as m
pytestmark = pytest.mark.xdist_group("system")
@pytest.mark.parametrize("n", range(10))
async def test_loop(system, city, n):
    m.RUN = n
    orig = m.Officer.registers
    async def reg(self, form, Idempotency_Key):
        return await orig(self, form, Idempotency_Key=f"{Idempotency_Key}-{n}")
    m.Officer.registers = reg
    try:
        await m.test_a_crash_in_the_middle_of_registrations_loses_none_and_doubles_none(system, city)
    finally:
        m.Officer.registers = orig
