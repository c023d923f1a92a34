/** Starts the panel: one user interface, in the browser's sidebar and as the backend's own page. */

import { actions } from "./actions.js";
import { api } from "./api.js";
import { region } from "./dom.js";
import { listenForKeys } from "./keys.js";
import { createStore, initial } from "./state.js";
import { transport } from "./transport.js";
import { aboutView } from "./views/about.js";
import { bannerView } from "./views/banner.js";
import { gateView } from "./views/gate.js";
import { helpView } from "./views/help.js";
import { listView } from "./views/list.js";
import { messagesView } from "./views/messages.js";
import { replyView } from "./views/reply.js";
import { webmail } from "./webmail.js";

const way = transport();
const store = createStore(initial());
const beside = webmail(way.home);
const act = actions(store, api(way), beside);

document.body.dataset["home"] = way.home;
store.watch(
  (state) => [state.link, state.openId, state.pages],
  (state) => { document.body.dataset["screen"] = screenOf(state); },
);
bannerView(region("banner"), store);
gateView(region("gate"), store, act);
listView(region("list"), store, act);
aboutView(region("about"), store, act);
replyView(region("reply"), store, act);
messagesView(region("messages"), store);
const help = helpView(region("top"), /** @type {HTMLDialogElement} */ (region("help")));
listenForKeys(store, act, help);
store.watch((state) => [state.said], ({ said }) => { region("live").textContent = said; });

await act.start();
beside.watch(() => { if (store.get().link === "ready") act.follow(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) act.start(); });

/**
 * @param {import("./state.js").State} state
 * @returns {"starting" | "gate" | "list" | "open"}
 */
function screenOf({ link, openId, pages }) {
  const known = Object.values(pages).some(Boolean);
  if (link === "starting") return "starting";
  if (link !== "ready" && !(link === "away" && known)) return "gate";
  return openId ? "open" : "list";
}
