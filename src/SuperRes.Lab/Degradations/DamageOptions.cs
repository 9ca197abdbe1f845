using System.Text.Json.Serialization;

namespace SuperRes.Lab.Degradations;

/// <summary>Parts of the input cut out and filled with one colour.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record HoleOptions : EffectOptions
{
    /// <summary>Number of holes; default 1–5.</summary>
    [Allowed(1, 100)]
    public Interval Count { get; init; } = (1, 5);

    /// <summary>Side of a rectangle, length of a stroke's segments, as a fraction of the crop's side; default 0.05–0.25.</summary>
    [Allowed(0.005, 1)]
    public Interval Size { get; init; } = (0.05, 0.25);

    /// <summary>Share of holes that are brush strokes instead of rectangles; default 0.4.</summary>
    [Allowed(0, 1)]
    public double StrokeShare { get; init; } = 0.4;

    /// <summary>Width of a stroke as a fraction of the crop's side; default 0.01–0.06.</summary>
    [Allowed(0.002, 0.5)]
    public Interval StrokeWidth { get; init; } = (0.01, 0.06);

    /// <summary>What stands in the holes; default random.</summary>
    public HoleFill Fill { get; init; } = HoleFill.Random;
}

/// <summary>What stands in a punched hole.</summary>
public enum HoleFill
{
    /// <summary>White or black or grey or a colour, drawn per image.</summary>
    Random,

    /// <summary>White.</summary>
    White,

    /// <summary>Black.</summary>
    Black,

    /// <summary>Middle grey.</summary>
    Grey,
}

/// <summary>Words, numbers and symbols written over the input.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TextOptions : EffectOptions
{
    /// <summary>Number of pieces of text; default 1–3.</summary>
    [Allowed(1, 50)]
    public Interval Count { get; init; } = (1, 3);

    /// <summary>Height of a line as a fraction of the crop's side; default 0.1–0.35.</summary>
    [Allowed(0.02, 1)]
    public Interval Height { get; init; } = (0.1, 0.35);

    /// <summary>Opacity; default 0.6–1.</summary>
    [Allowed(0.02, 1)]
    public Interval Opacity { get; init; } = (0.6, 1);

    /// <summary>Share of pieces that are symbols (stars, arrows, hearts, …) instead of text; default 0.3.</summary>
    [Allowed(0, 1)]
    public double SymbolShare { get; init; } = 0.3;

    /// <summary>Largest slant in degrees to either side; default 20.</summary>
    [Allowed(0, 180)]
    public double MaxRotate { get; init; } = 20;
}

/// <summary>Translucent marks as agencies lay them over previews.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WatermarkOptions : EffectOptions
{
    /// <summary>Opacity; default 0.15–0.5.</summary>
    [Allowed(0.02, 1)]
    public Interval Opacity { get; init; } = (0.15, 0.5);

    /// <summary>Height of the mark's text as a fraction of the crop's side; default 0.1–0.3.</summary>
    [Allowed(0.02, 1)]
    public Interval Height { get; init; } = (0.1, 0.3);

    /// <summary>Share of struck images covered by repeated slanted text; default 0.5.</summary>
    [Allowed(0, 1)]
    public double TiledShare { get; init; } = 0.5;

    /// <summary>Share of struck images that carry a ring-and-symbol logo; what is left carries one line of text; default 0.25.</summary>
    [Allowed(0, 1)]
    public double LogoShare { get; init; } = 0.25;
}

/// <summary>Scratches as on old prints and films.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ScratchOptions : EffectOptions
{
    /// <summary>Number of scratches; default 1–6.</summary>
    [Allowed(1, 100)]
    public Interval Count { get; init; } = (1, 6);

    /// <summary>Width in pixels; default 0.6–2.</summary>
    [Allowed(0.2, 20)]
    public Interval Width { get; init; } = (0.6, 2);

    /// <summary>Length as a fraction of the crop's side; default 0.2–1.2.</summary>
    [Allowed(0.02, 2)]
    public Interval Length { get; init; } = (0.2, 1.2);

    /// <summary>Opacity; default 0.4–1.</summary>
    [Allowed(0.02, 1)]
    public Interval Opacity { get; init; } = (0.4, 1);
}

/// <summary>Creases across the picture, and torn-off corners and edges.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FoldOptions : EffectOptions
{
    /// <summary>Number of creases; default 1–2.</summary>
    [Allowed(0, 20)]
    public Interval Count { get; init; } = (1, 2);

    /// <summary>Width of a crease as a fraction of the crop's side; default 0.01–0.04.</summary>
    [Allowed(0.002, 0.3)]
    public Interval Width { get; init; } = (0.01, 0.04);

    /// <summary>Share of struck images with a torn edge; default 0.3.</summary>
    [Allowed(0, 1)]
    public double TearShare { get; init; } = 0.3;

    /// <summary>How far a tear reaches in, as a fraction of the crop's side; default 0.05–0.25.</summary>
    [Allowed(0.01, 0.9)]
    public Interval TearDepth { get; init; } = (0.05, 0.25);
}
