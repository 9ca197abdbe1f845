namespace SuperRes.Lab.Show;

/// <summary>The script inside each chart's HTML that makes it interactive.</summary>
internal static class ChartLoader
{
    // Each notebook engine runs the scripts of a value it shows; the order is not known, so every chart brings the whole loader.
    // It uses neither < nor &, so that the page is well-formed XML too.
    private const string Template = """
        (function(){
        var w=window,doc=document;
        function color(root){return w.getComputedStyle(root).color||'#808080';}
        function element(parent,style,text){var e=doc.createElement('div');e.style.cssText=style;if(text){e.textContent=text;}parent.appendChild(e);return e;}
        function draw(P,root){
          if(root.dataset.drawn){return;}
          root.dataset.drawn='1';
          var spec=JSON.parse(root.querySelector('script[type="application/json"]').textContent),live=root.querySelector('.srl-live'),still=root.querySelector('.srl-still');
          live.style.display='block';
          if(spec.title){element(live,'font-weight:600;margin:.2em 0 .1em',spec.title);}
          if(spec.legend.length){var legend=element(live,'font-size:.85em;display:flex;flex-wrap:wrap;gap:.2em 1.2em');
            spec.legend.forEach(function(e){var item=element(legend,'display:flex;align-items:center;gap:.4em');element(item,'width:1.6em;height:.25em;border-radius:2px;background:'+e[1]);element(item,'',e[0]);});}
          var box=element(live,'display:grid;gap:.4em;grid-template-columns:repeat(auto-fit,minmax(min(100%,'+Math.max(150,Math.floor(700/spec.columns)-16)+'px),1fr))');
          var places=spec.panels.map(function(panel){
            var cell=element(box,'min-width:0');
            if(panel.title){element(cell,'font-weight:600;font-size:.9em;text-align:center',panel.title);}
            return element(cell,'width:100%;height:'+(spec.panels.length===1?spec.height-30:250)+'px');
          });
          var plots=spec.panels.map(function(panel,i){
            var plot=places[i],f=panel.figure;
            f.layout.font={family:'inherit',size:12,color:color(root)};
            return P.newPlot(plot,f.data,f.layout,{responsive:true,displaylogo:false,displayModeBar:false}).then(function(){return plot;});
          });
          Promise.all(plots).then(function(made){
            still.style.display='none';
            if(w.matchMedia){w.matchMedia('(prefers-color-scheme: dark)').addEventListener('change',function(){setTimeout(function(){made.forEach(function(p){P.relayout(p,{'font.color':color(root)});});},50);});}
          },function(){live.style.display='none';still.style.display='block';});
        }
        function show(P){doc.querySelectorAll('.srl-chart[data-chart="{id}"]').forEach(function(root){
          if(root.offsetWidth){draw(P,root);}
          else if(w.ResizeObserver){var seen=new ResizeObserver(function(){if(root.offsetWidth){seen.disconnect();draw(P,root);}});seen.observe(root);}
        });}
        function load(sources){
          if(w.Plotly){return Promise.resolve(w.Plotly);}
          if(!sources.length){return Promise.reject();}
          return new Promise(function(done,failed){
            var s=doc.createElement('script'),amd=w.define;
            s.src=sources[0][0];
            if(sources[0][1]){s.integrity=sources[0][1];s.crossOrigin='anonymous';}
            w.define=undefined;
            s.onload=function(){w.define=amd;if(w.Plotly){done(w.Plotly);}else{failed();}};
            s.onerror=function(){w.define=amd;failed();};
            doc.head.appendChild(s);
          }).catch(function(){return load(sources.slice(1));});
        }
        if(w.Plotly){show(w.Plotly);return;}
        if(doc.querySelector('meta[name="superres-plotly"]')){return;}
        w.superresPlotly=w.superresPlotly||load([['{file}'],['{url}','{integrity}']]);
        w.superresPlotly.then(show,function(){});
        })();
        """;

    private static readonly Lazy<string> Filled = new(() => Template
        .Replace("{file}", PlotlyScript.FileName, StringComparison.Ordinal)
        .Replace("{url}", PlotlyScript.NetworkUrl, StringComparison.Ordinal)
        .Replace("{integrity}", PlotlyScript.Integrity, StringComparison.Ordinal)
        .Replace("\n  ", "\n", StringComparison.Ordinal)
        .Replace("\n  ", "\n", StringComparison.Ordinal));

    /// <summary>The loader for one chart.</summary>
    /// <param name="id">The chart's data-chart attribute.</param>
    /// <returns>JavaScript.</returns>
    public static string Script(string id) => Filled.Value.Replace("{id}", id, StringComparison.Ordinal);
}
