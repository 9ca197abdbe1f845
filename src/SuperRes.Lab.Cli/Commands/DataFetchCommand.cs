using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres data fetch</c>: brings data sets onto the disk.</summary>
internal sealed class DataFetchCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _names =
        new("NAME") { HelpName = "NAME", Description = "Names from \"superres data list\".", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _mirrors = new("--mirror") { HelpName = "URL",
        Description = "A folder that has the same files, tried before the authors' own; repeat it for several." };
    private readonly Option<bool> _remove = Values.Flag("--remove-archives", "Delete each archive once it is unpacked.");

    public DataFetchCommand(CommandContext context)
        : base(
            "fetch",
            "Fetch data sets: resumed, checked, unpacked. Files put there by hand are used.",
            "superres data fetch div2k",
            "superres data fetch flowers pets --remove-archives",
            "superres data fetch div2k --mirror https://example.org/mirrors/DIV2K/")
    {
        _context = context;
        Arguments.Add(_names);
        Options.Add(_mirrors);
        Options.Add(_remove);
    }

    protected override int Run(ParseResult parsed)
    {
        Dataset[] sets = [.. parsed.GetRequiredValue(_names).Select(DatasetCatalog.Find)];
        Uri[] mirrors = [.. (parsed.GetValue(_mirrors) ?? []).Select(Address)];
        using var downloader = new Downloader();
        var fetcher = new DatasetFetcher(downloader, mirrors);
        foreach (Dataset set in sets)
        {
            using IProgressView bar = _context.Terminal.StartProgress(set.Name);
            string folder = fetcher.Fetch(set, LabFolders.Data, !parsed.GetValue(_remove),
                progress => bar.Report(Share(progress), Describe(progress)), _context.Cancellation);
            _context.Terminal.Result(folder);
            _context.Terminal.Note($"\"superres data verify {set.Name}\" looks at every image.");
        }

        return ExitCodes.Done;
    }

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        ? address
        : throw new InputException($"--mirror is '{text}'; give an address that begins with https:// or http://.");

    private static double Share(DatasetProgress progress) => progress.Total > 0 ? (double)progress.Received / progress.Total : 1;

    private static string Describe(DatasetProgress progress)
    {
        string received = progress.Total == 0
            ? ""
            : Downloads.Describe(new DownloadProgress("", progress.Received, progress.Total, progress.BytesPerSecond, progress.Remaining));
        string unpacked = progress.Unpacking is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"unpacking {progress.Unpacking}, {progress.Unpacked:N0} files");
        return string.Join("; ", new[] { received, unpacked }.Where(text => text.Length > 0));
    }
}
