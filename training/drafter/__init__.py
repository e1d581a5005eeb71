"""How a studio's own drafter comes to be, from the trimaps that people approved."""
