const http = require("http");
const { greeting } = require("./greeting");

http
  .createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(path === "/health" ? { status: "ok" } : { text: greeting(path.slice(1)) }));
  })
  .listen(Number(process.env.PORT || 3000), "127.0.0.1");
