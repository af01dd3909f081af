// The part of WeCom's JS-SDK that a page needs: its signatures are checked, and it can be closed.
(function () {
  const inside = "__INSIDE__";
  const base = document.currentScript.src.replace(/jssdk\.js.*$/, "");

  async function check(options, agentId, getSignature, succeed, fail) {
    const url = location.href.split("#")[0];
    const signed = await getSignature(url);
    const query = new URLSearchParams({ corpId: options.corpId, url, ...signed });
    if (agentId) query.set("agentId", agentId);
    const answer = await (await fetch(base + "jssdk/check?" + query)).json();
    const call = answer.errMsg.endsWith(":ok") ? succeed : fail;
    if (call) call(answer);
  }

  window.ww = {
    register(options) {
      if (!inside) return;
      if (options.getConfigSignature) {
        check(options, null, options.getConfigSignature, options.onConfigSuccess, options.onConfigFail);
      }
      if (options.getAgentConfigSignature) {
        check(options, options.agentId, options.getAgentConfigSignature,
          options.onAgentConfigSuccess, options.onAgentConfigFail);
      }
    },
    closeWindow() {
      window.close();
    },
  };
})();
