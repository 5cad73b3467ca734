"""Points on the ground: distances between them, and who is whose neighbour."""

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0088


def distances_km(
    here: list[tuple[float, float]], there: list[tuple[float, float]]
) -> NDArray[np.float64]:
    """Return great-circle distances in km between (latitude, longitude) pairs, as a table."""
    a = np.radians(np.array(here, dtype=np.float64).reshape(-1, 2))
    b = np.radians(np.array(there, dtype=np.float64).reshape(-1, 2))
    latitudes = a[:, None, 0], b[None, :, 0]
    half = np.sin((latitudes[1] - latitudes[0]) / 2) ** 2
    across = np.sin((b[None, :, 1] - a[:, None, 1]) / 2) ** 2
    chord = half + np.cos(latitudes[0]) * np.cos(latitudes[1]) * across
    result: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return result


def gabriel_neighbours(points: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return the pairs between whom no third point lies.

    Two points are neighbours unless a third is inside the circle that has them as its diameter.
    Points in one place are neighbours of each other.

    Source: Gabriel and Sokal, 'A new statistical approach to geographic variation analysis', 1969.
    """
    flat = np.array(points, dtype=np.float64).reshape(-1, 2).copy()
    if len(flat):
        flat[:, 1] *= np.cos(np.radians(flat[:, 0].mean()))
    apart = ((flat[:, None, :] - flat[None, :, :]) ** 2).sum(axis=2)
    return [(i, j) for i, ways in enumerate(apart) for j in _near(i, ways, apart)]


def _near(i: int, ways: NDArray[np.float64], apart: NDArray[np.float64]) -> list[int]:
    """Return a point's neighbours after it; whoever lies between is nearer than they are."""
    left = np.ones(len(ways), dtype=np.bool_)
    left[i] = False
    for k in np.argsort(ways, kind="stable").tolist():
        if ways[k] >= ways[left].max(initial=0.0):
            break
        left &= ways[k] + apart[k] >= ways * (1 - 1e-9)
    found: list[int] = np.flatnonzero(left[i + 1 :]).tolist()
    return [i + 1 + j for j in found]
