namespace SuperRes.Lab.Notebooks.Html;

/// <summary>What notebook pages add to the stylesheet of all pages. Every text colour has a contrast of 4.5 or more on its
/// ground.</summary>
internal static class SiteStyle
{
    public const string Css = """
        :root{--code-k:#0b5cad;--code-s:#9a3412;--code-n:#1a6b3c;--code-c:#59636e;--code-t:#0f6a75;--code-m:#6b3fa0;--bad:#b3261e;--bad-ground:#fdeceb;--warn-ground:#fff6dd}
        @media (prefers-color-scheme:dark){:root{--code-k:#7cb8ff;--code-s:#f0a37e;--code-n:#8fd19e;--code-c:#9aa5b1;--code-t:#66c9d4;--code-m:#c9a6f2;--bad:#ff9a92;--bad-ground:#3a1c1b;--warn-ground:#33290f}}
        .nb-contents ol{padding-left:0;list-style:none;margin:.5em 0}
        .nb-contents>ol>li{border-top:1px solid var(--line);padding:.45em 0}
        .nb-contents>ol>li:last-child{border-bottom:1px solid var(--line)}
        .nb-entry{display:flex;gap:.8em;align-items:baseline;justify-content:space-between}
        .nb-time{color:var(--soft);white-space:nowrap;font-variant-numeric:tabular-nums;font-size:.9em}
        .nb-failed{color:var(--bad)}
        .nb-contents details{margin-top:.15em;font-size:.9em}
        .nb-contents summary{color:var(--soft);cursor:pointer}
        .nb-contents details ol{padding-left:1.2em}
        .nb-top{display:flex;justify-content:space-between;gap:1em;font-size:.9em;border-top:3px solid var(--line);margin-top:4rem;padding-top:.8em}
        .nb-top span{color:var(--soft)}
        .nb-cell{position:relative;margin:1.1em 0}
        .nb-count{position:absolute;right:calc(100% + .6em);top:.85em;color:var(--soft);font:.75em ui-monospace,Menlo,Consolas,monospace;white-space:nowrap}
        .nb-cell pre{margin:0}
        .nb-out{position:relative;margin:.5em 0 0;overflow-x:auto}
        .nb-out>img{max-width:100%;height:auto;display:block}
        .nb-cell pre.nb-text{background:none;border:0;border-left:3px solid var(--line);border-radius:0;padding:.15em .9em;max-height:32em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
        .nb-cell pre.nb-stderr{background:var(--warn-ground)}
        .nb-error{border:1px solid var(--bad);border-left-width:5px;border-radius:6px;background:var(--bad-ground);padding:.7em 1em;overflow-x:auto}
        .nb-error strong{color:var(--bad);white-space:pre-wrap;overflow-wrap:anywhere}
        .nb-error pre{background:none;border:0;padding:.5em 0 0;margin:0}
        .k{color:var(--code-k)}.s{color:var(--code-s)}.n{color:var(--code-n)}.c{color:var(--code-c);font-style:italic}.d{color:var(--code-c)}.t{color:var(--code-t)}.m{color:var(--code-m)}
        .math{font-family:"Latin Modern Math","STIX Two Math",Cambria,"Times New Roman",serif;font-style:italic}
        div.math{white-space:pre-wrap;text-align:center;margin:1em 0}
        .nb-prose table{display:block;overflow-x:auto;max-width:100%}
        .nb-prose th,.nb-prose td{border:1px solid var(--line)}
        .srl-table table:has(th:nth-child(8)) td{white-space:nowrap}
        .srl-table table:has(th:nth-child(11)){font-size:.78em!important}
        .srl-table table:has(th:nth-child(11)) :is(th,td){padding:.35em .35em!important}
        @supports (animation-timeline:scroll()){@media screen{.srl-grid,.srl-table,.nb-cell pre,.nb-prose table{animation:nb-more linear;animation-timeline:scroll(self inline)}}}
        @keyframes nb-more{0%,98%{-webkit-mask-image:linear-gradient(90deg,#000 calc(100% - 3em),transparent);mask-image:linear-gradient(90deg,#000 calc(100% - 3em),transparent)}100%{-webkit-mask-image:none;mask-image:none}}
        @media (max-width:72rem){.nb-count{position:static;display:block;margin:0 0 .2em}}
        @media print{.nb-top{break-before:page}.nb-cell pre.nb-text{max-height:none}}
        """;
}
