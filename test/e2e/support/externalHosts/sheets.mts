import type { Express } from 'express';
import { z } from 'zod';
import { createDouble } from './proxy.mjs';

/** As much of Google Sheets as reads and writes the cells of one sheet, for one account. */
export interface Sheets {
	/** for `sheets.googleapis.com` */
	api: Express;
	/** The cells, by row and column. */
	rows: string[][];
}

const update = z.object({
	data: z.array(
		z.object({
			range: z.string(),
			values: z.array(z.array(z.union([z.string(), z.number()]))).length(1),
		}),
	),
	valueInputOption: z.enum(['RAW', 'USER_ENTERED']),
});

/** One cell of a sheet, e.g. `Videos!C4`; columns from A to Z. */
const CELL = /^(.+)!([A-Z])(\d+)$/;

/** https://developers.google.com/workspace/sheets/api/reference/rest, for one document with one sheet. */
export function playSheets(token: string, { id, title }: { id: string; title: string }): Sheets {
	const api = createDouble();
	const sheets: Sheets = { api, rows: [] };
	const refuse = (message: string) => ({
		error: { code: 400, message, status: 'INVALID_ARGUMENT' },
	});

	api.use((request, response, next) => {
		if (request.headers.authorization === `Bearer ${token}`) next();
		else
			response
				.status(401)
				.json({ error: { code: 401, message: 'Request had invalid authentication credentials.' } });
	});
	api.get(`/v4/spreadsheets/${id}`, (_request, response) => {
		response.json({
			sheets: [
				{
					properties: {
						sheetId: 0,
						title,
						index: 0,
						sheetType: 'GRID',
						gridProperties: { rowCount: 1000, columnCount: 26 },
					},
				},
			],
		});
	});
	api.get(`/v4/spreadsheets/${id}/values/:range`, ({ params: { range } }, response) => {
		// All of the sheet, in either way to say so.
		if (![`'${title}'`, title, `${title}!A:Z`].includes(range)) {
			response.status(400).json(refuse(`Unable to parse range: ${range}`));
			return;
		}
		response.json({ range, majorDimension: 'ROWS', values: sheets.rows.map(withoutEmptyEnd) });
	});
	api.post(new RegExp(`^/v4/spreadsheets/${id}/values:batchUpdate$`), (request, response) => {
		for (const { range, values } of update.parse(request.body).data) {
			const [, sheet, column = '', row] = CELL.exec(range) ?? [];
			const cells = sheets.rows[Number(row) - 1];
			if (sheet !== title || cells === undefined) {
				response.status(400).json(refuse(`Unable to parse range: ${range}`));
				return;
			}
			cells[column.charCodeAt(0) - 'A'.charCodeAt(0)] = String(values[0]?.[0]);
		}
		response.json({ spreadsheetId: id });
	});
	return sheets;
}

/** Google leaves empty cells at a row's end out. */
function withoutEmptyEnd(row: readonly string[]): string[] {
	const cells = Array.from(row, (cell) => cell ?? '');
	while (cells.at(-1) === '') cells.pop();
	return cells;
}
