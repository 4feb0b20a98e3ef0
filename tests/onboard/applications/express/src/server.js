import pg from "pg";

import { createApp } from "./app.js";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

await pool.query(`
  CREATE TABLE IF NOT EXISTS guests (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE
  )
`);
createApp(pool).listen(process.env.PORT ?? 3000);
