/** What an analysis has used of its budget. */
export const schema3 = `
ALTER TABLE analyses ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0; -- sent to models and got from them
`;
