"""Red marrow dose from blood samples. A weak predictor of toxicity: reported, never a gate of its own."""

from __future__ import annotations

from islet.quantify.prrt.dose import mird_dose_gy


def marrow_tia_mbq_h(blood_tia_mbq_h_per_g: float, marrow_blood_ratio: float, marrow_mass_g: float) -> float:
    """Return the time-integrated activity of the marrow: blood concentration x ratio (RMBLR) x mass (EANM's form; recall).

    >>> marrow_tia_mbq_h(0.3, 1.0, 1170.0)
    351.0
    """
    if marrow_mass_g <= 0:
        raise ValueError("a mass must be above zero")
    return blood_tia_mbq_h_per_g * marrow_blood_ratio * marrow_mass_g


def marrow_dose_gy(marrow_tia: float, s_self: float, other_tia_mbq_h: tuple[float, ...] = (), s_cross: tuple[float, ...] = ()) -> float:
    """Return self-dose plus cross-dose in Gy; S in mGy/(MBq s).

    The self S must be one for marrow: electron energy over mass would count what escapes the marrow cavities (physics dossier §2).

    >>> round(marrow_dose_gy(351.0, 1.15e-5) * 1000, 2), round(marrow_dose_gy(0.0, 1.15e-5, (19057.0,), (3.35e-8,)) * 1000, 2)
    (14.53, 2.3)
    """
    return float(mird_dose_gy([marrow_tia, *other_tia_mbq_h], [s_self, *s_cross]))
