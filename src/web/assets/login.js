// Inside DingTalk the client says who is looking. A code that is refused is replaced once, with the
// state that the refusal brought;
// whatever else goes wrong, the buttons are still there.
const say = (chinese, english) => (document.documentElement.lang === "en" ? english : chinese);

const PATIENCE_MS = 6000;

const place = document.getElementById("in-app");
const ways = document.getElementById("ways");

function giveUp(words) {
  place.textContent = words;
  ways.classList.remove("later");
}

function code() {
  return new Promise((resolve, reject) => {
    const asked = {
      corpId: place.dataset.corpId,
      clientId: place.dataset.clientId,
      onSuccess: (answer) => resolve(answer.code),
      onFail: reject,
    };
    const told = window.dd.requestAuthCode
      ? window.dd.requestAuthCode(asked)
      : window.dd.runtime.permission.requestAuthCode(asked);
    told?.then?.((answer) => resolve(answer.code), reject);
  });
}

async function logIn(state, mayRepeat) {
  const answer = await fetch("/login/dingtalk", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: await code(), state }),
  });
  if (answer.ok) {
    window.location.replace((await answer.json()).next);
  } else if (answer.status === 409 && mayRepeat) {
    await logIn((await answer.json()).again, false);
  } else if (answer.status === 403) {
    giveUp(say("登录成功，但名单里没有您。请联系管理员为您登记后再试。", "You are logged in, but not on our list. Please ask an administrator to add you."));
  } else if (answer.status === 429) {
    giveUp(say("登录太频繁，请一分钟后再试。", "Too many logins. Please try again in a minute."));
  } else {
    giveUp(say("没有登录成功，请选择登录方式。", "The login failed. Please choose how to log in."));
  }
}

if (!window.dd || window.dd.env?.platform === "notInDingTalk") {
  giveUp(say("请选择登录方式。", "Please choose how to log in."));
} else {
  setTimeout(() => ways.classList.remove("later"), PATIENCE_MS);
  const start = () => logIn(place.dataset.state, true).catch(() => giveUp(say("没有登录成功，请选择登录方式。", "The login failed. Please choose how to log in.")));
  if (window.dd.ready) window.dd.ready(start);
  else start();
}
