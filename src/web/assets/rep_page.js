// Inside WeCom the page can be closed, once the client has accepted its signatures.
const client = document.getElementById("client");
const { corpId, agentId, timestamp, nonce, company, app } = client.dataset;
const signed = (signature) => ({ timestamp, nonceStr: nonce, signature });

window.ww?.register({
  corpId,
  agentId,
  jsApiList: ["closeWindow"],
  getConfigSignature: () => signed(company),
  getAgentConfigSignature: () => signed(app),
  onAgentConfigSuccess: () => {
    const close = document.getElementById("close");
    close.hidden = false;
    close.addEventListener("click", () => window.ww.closeWindow());
  },
});
