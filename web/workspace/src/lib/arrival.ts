/** The query the browser arrived with, kept before the router reads long numbers in it as numbers and writes them back shorter. */
export const arrival = { query: Object.fromEntries(new URLSearchParams(location.search)) as Record<string, string> };
/** Once: a code of a provider is good for one exchange. */
export function takeArrival() {
  const { query } = arrival;
  arrival.query = {};
  return query;
}
