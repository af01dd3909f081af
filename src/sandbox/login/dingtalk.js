// The part of DingTalk's JSAPI that a page needs to learn who is looking at it.
(function () {
  const user = "__USER__";
  const base = document.currentScript.src.replace(/dingtalk\.js.*$/, "");

  function requestAuthCode(options) {
    const query = new URLSearchParams({
      corpId: options.corpId || "",
      clientId: options.clientId || "",
      sandbox_user: user || "",
    });
    const result = fetch(base + "jsapi/code?" + query).then((answer) => answer.json());
    return result.then((answer) => {
      if (answer.code) {
        if (options.onSuccess) options.onSuccess(answer);
        return answer;
      }
      if (options.onFail) options.onFail(answer);
      throw answer;
    });
  }

  window.dd = {
    env: { platform: user ? "pc" : "notInDingTalk" },
    ready: (callback) => callback(),
    requestAuthCode,
  };
})();
