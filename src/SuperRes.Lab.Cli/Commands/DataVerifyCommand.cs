using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data verify</c>: looks at every image of a folder.</summary>
internal sealed class DataVerifyCommand : LabCommand
{
    private const int ShortList = 20, DefaultSide = 64;

    private readonly CommandContext _context;
    private readonly PhotoPlace _place = new();
    private readonly Option<int?> _side =
        Values.Integer("--min-side", "PX", $"Report photos whose shorter side is below this. Default: {DefaultSide}.", 1);
    private readonly Option<string?> _manifest =
        Values.Text("--manifest", "FILE", "Where names, hashes and properties are kept. Default: manifests/ in the data folder.");
    private readonly Option<bool> _update = Values.Flag("--update", "Replace a manifest that the folder no longer fits.");
    private readonly Option<bool> _all = Values.Flag("--all", "List every finding instead of the first of each kind.");

    public DataVerifyCommand(CommandContext context)
        : base(
            "verify",
            "Decode every image of a folder: broken, duplicate, too small, unusual, changed.",
            "superres data verify photos/",
            "superres data verify div2k",
            "superres data verify photos/ --min-side 256 --manifest photos.json")
    {
        _context = context;
        Arguments.Add(_place.Argument);
        foreach (Option option in new Option[] { _side, _manifest, _update, _all })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        PhotoPlace.Photos photos = _place.Find(parsed);
        string manifest = parsed.GetValue(_manifest) ?? ManifestOf(photos);
        FolderSurvey survey = Survey(photos);
        var findings = new Findings(_context, parsed.GetValue(_all) ? int.MaxValue : ShortList);
        findings.Add("broken", survey.Broken.Select(broken => broken.Reason));
        findings.Add("same file twice", survey.Duplicates.Select(group => string.Join(" = ", group)));
        findings.Add("look alike", survey.LookAlikes.Select(group => string.Join(" ~ ", group)));
        int side = parsed.GetValue(_side) ?? DefaultSide;
        findings.Add($"shorter than {side} px",
            survey.Images.Where(image => image.ShorterSide < side).Select(image => $"{image.Name} ({image.Width}×{image.Height})"));
        findings.Add("another format than the extension",
            survey.Images.Where(image => image.HasWrongExtension).Select(image => $"{image.Name} is {image.Format}"));
        findings.Add("not plain colour",
            survey.Images.Where(image => image.Mode != StoredMode.Rgb).Select(image => $"{image.Name} is {NameOf(image.Mode)}"));
        _context.Terminal.Result(
            string.Create(CultureInfo.InvariantCulture, $"{survey.Images.Count:N0} images can be used, {survey.Broken.Count:N0} can't."));
        if (photos.Names is null && ImageCodec.ListFolder(photos.Folder, recursive: true).Note is { } note)
        {
            _context.Terminal.Warning(note);
        }

        survey.RequireSound();
        if (photos.Set is { Images: > 0 } set && survey.Images.Count + survey.Broken.Count < set.Images)
        {
            _context.Terminal.Warning($"{set.Name} has {set.Images:N0} images; {survey.Images.Count + survey.Broken.Count:N0} are there.");
        }

        Keep(survey, manifest, parsed.GetValue(_update), findings);
        return ExitCodes.Done;
    }

    private static string NameOf(StoredMode mode) => mode switch
    {
        StoredMode.Grey => "grey",
        StoredMode.Transparent => "transparent in parts",
        StoredMode.SixteenBit => "16-bit",
        StoredMode.Cmyk => "CMYK",
        _ => "colour",
    };

    private static string ManifestOf(PhotoPlace.Photos photos)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(photos.Folder)))[..8];
        return Path.Combine(
            LabFolders.Data, "manifests", photos.Set is { } set ? $"{set.Name}.json" : $"{Path.GetFileName(photos.Folder)}-{key}.json");
    }

    private FolderSurvey Survey(PhotoPlace.Photos photos)
    {
        using IProgressView bar = _context.Terminal.StartProgress("looking");
        var progress =
            new SyncProgress<PrepareProgress>(done => bar.Report((double)done.Done / done.Total, $"{done.Done} of {done.Total} images"));
        return photos.Names is { } names
            ? FolderSurvey.Of(photos.Folder, names, progress, _context.Cancellation)
            : FolderSurvey.Of(photos.Folder, recursive: true, progress, _context.Cancellation);
    }

    /// <summary>Holds the survey against an earlier one, or becomes the first.</summary>
    private void Keep(FolderSurvey survey, string manifest, bool update, Findings findings)
    {
        if (!File.Exists(manifest) || update)
        {
            survey.Save(manifest);
            _context.Terminal.Note($"Manifest: {LabFolders.Shown(manifest)}");
            return;
        }

        SurveyChanges changes = survey.Since(FolderSurvey.Load(manifest, survey.Root));
        findings.Add("new since the manifest", changes.New);
        findings.Add("changed since the manifest", changes.Changed);
        findings.Add("gone since the manifest", changes.Gone);
        if (!changes.IsIntact)
        {
            throw new InputException(
                $"{changes.Changed.Count + changes.Gone.Count} images of {survey.Root} are not those of {manifest}, the first: "
                    + $"{changes.Changed.Concat(changes.Gone).First()}; restore them, or accept what is there with --update.");
        }

        _context.Terminal.Note($"As the manifest says: {LabFolders.Shown(manifest)}");
    }

    /// <summary>Writes what was found, kind by kind.</summary>
    private sealed class Findings(CommandContext context, int most)
    {
        public void Add(string kind, IEnumerable<string> items)
        {
            string[] all = [.. items];
            if (all.Length == 0)
            {
                return;
            }

            context.Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"{kind}: {all.Length:N0}"));
            foreach (string item in all.Take(most))
            {
                context.Terminal.Result("    " + item);
            }

            if (all.Length > most)
            {
                context.Terminal.Result(
                    string.Create(CultureInfo.InvariantCulture, $"    … and {all.Length - most:N0} more (--all lists them)"));
            }
        }
    }
}
