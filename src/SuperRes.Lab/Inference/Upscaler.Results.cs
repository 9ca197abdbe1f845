using SuperRes.Lab.Imaging;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Inference;

/// <summary>What counts as done, and which upscaler does a photo.</summary>
public sealed partial class Upscaler
{
    private UpscaleAlternative? Alternative { get; init; }

    /// <summary>This upscaler, which leaves some files to another one.</summary>
    /// <param name="alternative">The other one, and which.</param>
    /// <returns>An upscaler over the same network.</returns>
    public Upscaler With(UpscaleAlternative alternative) => new(_network, _options, _clock) { Alternative = alternative };

    /// <summary>This upscaler, which makes more or less of the change.</summary>
    /// <param name="strength">As <see cref="UpscaleOptions.Strength"/>.</param>
    /// <returns>An upscaler over the same network, and the same alternative.</returns>
    /// <exception cref="InputException">The strength is outside its range, or the network enlarges.</exception>
    public Upscaler AtStrength(double strength) => new(_network, _options with { Strength = strength }, _clock)
    {
        Alternative = Alternative is null ? null
            : Alternative with { Upscaler = new(() => Alternative.Upscaler.Value.AtStrength(strength)) },
    };

    /// <summary>What stands at the place of a result: null where there is nothing, or a result of another source or with other settings,
    /// which may be replaced.</summary>
    /// <param name="input">The image.</param>
    /// <param name="output">Its result's place.</param>
    /// <param name="changeMap">The place of its change map; null: none is wanted.</param>
    /// <returns>The result, where it and the change map are there with these settings.</returns>
    /// <exception cref="InputException">A file is at one of the places that is no result of this program.</exception>
    public UpscaleFileResult? Existing(string input, string output, string? changeMap = null)
    {
        OutputPaths.RequireOther(input, output);
        AtomicFile.ClearLeftovers(Path.GetDirectoryName(Path.GetFullPath(output))!);
        var ledger = new ResultLedger();
        bool isMapThere = changeMap is null || Existing(ledger.Look(input, changeMap, MapRecipe(output)), input, changeMap);
        return Existing(ledger.Look(input, output, Recipe(output)), input, output) && isMapThere && HeaderOrNull(output) is { } header
            ? new(input, output, UpscaleStatus.Skipped, null, header.Width, header.Height, 0, true) : null;
    }

    /// <summary>Whether a place holds the result of another network, so that a name of its own keeps both.</summary>
    /// <param name="output">A result's place.</param>
    /// <returns>False where nothing is there that this program wrote.</returns>
    public bool HoldsAnothers(string output)
        => File.Exists(output) && new ResultLedger().RecipeAt(output) is { } recipe
            && !recipe.StartsWith(NetworkKey, StringComparison.Ordinal);

    private string NetworkKey => $"{_network.Name} {_networkHash.Value}{Alternative?.Key} ";

    /// <summary>All that decides a result beside its source.</summary>
    private string Recipe(string output)
        => NetworkKey + FormattableString.Invariant($"x{Scale} {_options.Dtype}{(_options.SelfEnsemble ? " ensemble" : "")}")
            + (_options.Strength == 1 ? "" : FormattableString.Invariant($" strength{_options.Strength}"))
            + (_options.Mask is { } mask ? " mask " + Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(mask.Pixels)) : "")
            + (ImageFormats.IsLossy(ImageFormats.Of(output)) ? FormattableString.Invariant($" q{_options.Quality}") : "");

    private string MapRecipe(string output) => Recipe(output) + " change map";

    private static bool Existing(ResultLedger.Place place, string input, string output) => place switch
    {
        ResultLedger.Place.Foreign => throw new InputException($"{output} is there already and is not the result of {input}, as far as is "
            + "known; it is left alone: name another place (--out), or give --overwrite."),
        _ => place == ResultLedger.Place.Done,
    };

    /// <summary>What does a photo: this, or the other one. The pixels that were decoded to be restored decide.</summary>
    private Upscaler Chosen(PhotoInput photo, string input)
    {
        try
        {
            // Only a photo that is read in rows, as it is too large to be held, is decoded once more.
            return Alternative?.Suits(photo.Picture ?? ImageCodec.Read(input)) == true ? Alternative.Upscaler.Value : this;
        }
        catch (InputException) when (photo.Picture is null)
        {
            return this; // too large to be looked at as a whole
        }
    }
}
