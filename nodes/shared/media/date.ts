/** The year 2100: what is later is no date of a generation, or of its link. */
const LATEST_MS = Date.UTC(2100, 0);

/** The date at so many milliseconds since 1970, or undefined where that is none that is meant. */
export function dateAt(milliseconds: number): Date | undefined {
	return milliseconds > 0 && milliseconds < LATEST_MS ? new Date(milliseconds) : undefined;
}
