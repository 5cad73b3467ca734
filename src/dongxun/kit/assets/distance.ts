/** How far two points are from each other, worked out on the phone. */

const EARTH_KM = 6371;

/** Latitude and longitude, in degrees. */
export type Point = [number, number];

/** Return the great-circle distance of two points. */
export function distanceKm([lat1, lon1]: Point, [lat2, lon2]: Point): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half =
    Math.sin(rad(lat2 - lat1) / 2) ** 2 +
    Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}
