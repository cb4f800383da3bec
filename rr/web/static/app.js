// What Streamlit leaves to be done in its pages. Runs before its own code, which reads window.__streamlit once.

// The app's root and what the server says of it: Streamlit would else ask for it below the page's own address, in vain, before it connects.
const fonts = { bodyFont: "rr-body, rr-body-fallback, sans-serif", headingFont: "rr-head, rr-head-fallback, sans-serif" };
window.__streamlit = {
  BACKEND_BASE_URL: `${location.origin}/`,
  HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false, enableCustomParentMessages: false, metricsUrl: "" },
  LIGHT_THEME: { ...fonts, backgroundColor: "#FCFAF6", textColor: "#0E1818" }, // until the whole theme comes with the first message
  DARK_THEME: { ...fonts, backgroundColor: "#121B1B", textColor: "#EFEAE0" },
};
window.prerenderReady = false;

const root = document.getElementById("root");

// The first page is shown when its heading, the menu and the filters are there, so that nothing moves under the reader's eyes.

const PATIENCE = 600; // milliseconds for the parts of a page whose heading is there
const LONGEST = 5_000; // and for a page that has none

function hasStarted() {
  if (root.querySelector("[role=dialog], [role=alert]")) return true;
  if (!root.querySelector("[data-testid=stMain] h1")) return false;
  setTimeout(show, PATIENCE);
  return root.querySelector("[data-testid=stSidebarNavItems]") && !root.querySelector("[data-testid=stMain] [data-testid=stSkeleton]");
}

function show() {
  starting.disconnect();
  document.documentElement.classList.remove("starting");
  document.getElementById("starting")?.remove();
}

const starting = new MutationObserver(() => hasStarted() && show());
starting.observe(root, { childList: true, subtree: true });
setTimeout(show, LONGEST);

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("stMain")?.focus();
});
