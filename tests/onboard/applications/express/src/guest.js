export function problemOf({ name, email }) {
  if (!name) return "name is missing";
  if (!/^[^@\s]+@[^@\s]+$/.test(email ?? "")) return "email is no address";
  return null;
}
