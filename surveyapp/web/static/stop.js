// What stands behind # never reaches a server by itself: it is moved into the form, and out of the address bar.

const field = document.getElementById("token");
const token = location.hash.slice(1);
if (field && token) {
  field.value = token;
  history.replaceState(null, "", location.pathname + location.search);
}
