import express from "express";

import { problemOf } from "./guest.js";

const UNIQUE_VIOLATION = "23505";

export function createApp(pool) {
  const app = express();
  app.use(express.json());

  app.get("/health", async (request, response) => {
    await pool.query("SELECT 1");
    response.json({ status: "ok" });
  });

  app.post("/guests", async (request, response) => {
    const problem = problemOf(request.body ?? {});
    if (problem) return response.status(400).json({ error: problem });
    const { name, email } = request.body;
    try {
      const { rows } = await pool.query(
        "INSERT INTO guests (name, email) VALUES ($1, $2) RETURNING id, name, email",
        [name, email],
      );
      response.status(201).json(rows[0]);
    } catch (error) {
      if (error.code !== UNIQUE_VIOLATION) throw error;
      response.status(400).json({ error: `${email} is taken` });
    }
  });

  app.get("/guests", async (request, response) => {
    const { rows } = await pool.query("SELECT id, name, email FROM guests ORDER BY email");
    response.json(rows);
  });

  app.get("/guests/:id", async (request, response) => {
    const { rows } = await pool.query("SELECT id, name, email FROM guests WHERE id::text = $1", [
      request.params.id,
    ]);
    if (rows.length === 0) return response.status(404).json({ error: "no such guest" });
    response.json(rows[0]);
  });

  return app;
}
