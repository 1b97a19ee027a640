"""Activity of resin microspheres from body surface area: an empirical rule that does not track the dose of the liver."""

from __future__ import annotations

from islet.quantify.radioembolisation.check import Numbers, not_negative, positive


def activity_gbq(body_surface_m2: Numbers, tumour_ml: Numbers, liver_ml: Numbers) -> Numbers:
    """Return the activity of resin microspheres for the whole liver, GBq.

    The tumour counts as a FRACTION of the liver, never as a percentage. Raises InputError for volumes that cannot be, a
    tumour larger than the liver, and a body surface of 0.2 m² or less. Source: A = (BSA - 0.2) + V_tumour / V_liver, liver.md D6.

    >>> round(activity_gbq(1.88, 300, 1800), 4)
    1.8467
    """
    _volumes(body_surface_m2, tumour_ml, liver_ml)
    return body_surface_m2 - 0.2 + tumour_ml / liver_ml


def activity_lobar_gbq(body_surface_m2: Numbers, lobe_tumour_ml: Numbers, lobe_ml: Numbers, liver_ml: Numbers) -> Numbers:
    """Return the activity of resin microspheres for one lobe, GBq.

    Raises InputError as `activity_gbq` does, and for a lobe larger than the liver. Source: liver.md D7 (recalled from the
    resin label, not read).

    >>> round(activity_lobar_gbq(1.88, 200, 1100, 1800), 4)
    1.1378
    """
    _volumes(body_surface_m2, lobe_tumour_ml, lobe_ml)
    positive(liver_ml=liver_ml)
    not_negative(liver_outside_the_lobe_ml=liver_ml - lobe_ml)
    return (body_surface_m2 - 0.2 + lobe_tumour_ml / lobe_ml) * lobe_ml / liver_ml


def _volumes(body_surface_m2: Numbers, tumour_ml: Numbers, liver_ml: Numbers) -> None:
    positive(body_surface_m2=body_surface_m2, above_offset_m2=body_surface_m2 - 0.2, liver_ml=liver_ml)
    not_negative(tumour_ml=tumour_ml, normal_liver_ml=liver_ml - tumour_ml)
