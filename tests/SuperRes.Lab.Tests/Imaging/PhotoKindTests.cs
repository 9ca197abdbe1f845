#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using System.Text;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Tests.Inference;

namespace SuperRes.Lab.Tests.Imaging;

/// <summary>What becomes of every kind of file that people bring; the table in docs/photo-files.md is what these tests saw.</summary>
public sealed class PhotoKindTests
{
    public static TheoryData<string> Read => [.. PhotoKind.All.Where(kind => kind.IsRead).Select(kind => kind.Name)];

    public static TheoryData<string> Refused => [.. PhotoKind.All.Where(kind => !kind.IsRead).Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Read))]
    public void Restore_OfAnyKind_GivesItsPixelsBack(string name)
    {
        using var folder = new TempFolder();
        PhotoKind kind = Kind(name);
        string input = folder.Write(kind.File, kind.Make()), output = Output(folder, kind);
        new Upscaler(TestNetworks.Identity(1, "restoration")).UpscaleFile(input, output);
        RequirePicture(kind, ImageCodec.ReadWithAlpha(output), PhotoKind.Picture(kind.IsGrey));
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void Upscale_OfAnyKind_GivesItTwiceAsLarge(string name)
    {
        using var folder = new TempFolder();
        PhotoKind kind = Kind(name);
        string input = folder.Write(kind.File, kind.Make()), output = Output(folder, kind);
        UpscaleFileResult result = new Upscaler(TestNetworks.Identity()).UpscaleFile(input, output);
        DecodedImage before = ImageCodec.ReadWithAlpha(input), after = ImageCodec.ReadWithAlpha(output);
        Assert.Equal((PhotoKind.Width * 2, PhotoKind.Height * 2), (after.Image.Width, after.Image.Height));
        RequirePicture(kind, after, TestNetworks.Enlarged(PhotoKind.Picture(kind.IsGrey), 2));
        Assert.Equal(name.Contains("animated") ? (name.StartsWith("PNG") ? 3 : 2) : name.Contains("two pages") ? 2 : 1, result.Frames);
        Assert.Equal(before.BitsPerChannel, after.BitsPerChannel);
        Assert.Equal(before.Metadata.IccProfile is not null, after.Metadata.IccProfile is not null);
        Assert.Equal(name.Contains("profile"), after.Metadata.IccProfile is not null);
        if (name.Contains("motion"))
        {
            string xmp = Encoding.UTF8.GetString(after.Metadata.Xmp!);
            Assert.Contains("sea", xmp);
            Assert.DoesNotContain("Motion", xmp);
        }
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void EvaluateAndTrain_OnAnyKind_SeeThePicture(string name)
    {
        using var folder = new TempFolder();
        PhotoKind kind = Kind(name);
        Directory.CreateDirectory(folder["in"]);
        folder.Write(Path.Combine("in", kind.File), kind.Make());
        ImageFolder photos = ImageFolder.Scan(folder["in"]);
        Assert.Equal((PhotoKind.Width, PhotoKind.Height), photos.SizeOf(0));
        var evaluator = new Evaluator(new EvaluationOptions { HighResolution = folder["in"], Scale = 2 });
        ImageFigures figures = Assert.Single(evaluator.Run([]).Models[0].Images);
        Assert.InRange(figures.Baselines["bicubic"].PsnrY!.Value, 25, 100);
        RgbImage seen = photos.Read(0);
        Assert.InRange(seen.Pixels[^1] - PhotoKind.Picture(kind.IsGrey).Pixels[^1], -Math.Max(1, kind.Error), Math.Max(1, kind.Error));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void AnyCommand_OnWhatCantBeRead_SaysWhatItIsAndWhatToDo(string name)
    {
        using var folder = new TempFolder();
        PhotoKind kind = Kind(name);
        string input = folder.Write(kind.File, kind.Make());
        string message = Assert.Throws<InputException>(
            () => new Upscaler(TestNetworks.Identity()).UpscaleFile(input, folder["o.png"])).Message;
        Assert.StartsWith(input, message);
        Assert.EndsWith(".", message);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(message, Assert.Throws<InputException>(() => ImageCodec.Read(input)).Message);
    }

    [Fact]
    public void Table_InTheDocumentation_IsWhatHappens()
    {
        string path = Path.Combine(LabFolders.Root, "docs", "photo-files.md"), table = Table();
        if (Environment.GetEnvironmentVariable("SUPERRES_UPDATE_TABLES") is not null)
        {
            string text = File.ReadAllText(path);
            int at = text.IndexOf("| input |", StringComparison.Ordinal);
            File.WriteAllText(path, text[..at] + table);
        }

        Assert.EndsWith(table, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    /// <summary>One row a kind: the result's format, bits and channels, what evaluate and train see, or the sentence.</summary>
    private static string Table()
    {
        var text = new StringBuilder("| input | file | upscale, restore | evaluate, train |\n|---|---|---|---|\n");
        foreach (PhotoKind kind in PhotoKind.All)
        {
            using var folder = new TempFolder();
            string input = folder.Write(kind.File, kind.Make());
            string result, seen;
            try
            {
                string output = Output(folder, kind);
                UpscaleFileResult done = new Upscaler(TestNetworks.Identity()).UpscaleFile(input, output);
                DecodedImage after = ImageCodec.ReadWithAlpha(output);
                using ImageReader reader = ImageCodec.OpenReader(output, null);
                result = $"{after.Format}, {after.BitsPerChannel} bits, {(reader.StoresGrey ? "grey" : "RGB")}"
                    + (after.Alpha is null ? "" : " and alpha") + (done.Frames == 1 ? "" : $"; the first of {done.Frames}");
                seen = $"RGB of 8 bits{(after.Alpha is null ? "" : ", over white")}";
            }
            catch (InputException e)
            {
                result = e.Message.Replace(input, "").Trim();
                seen = "left out, and named";
            }

            text.Append($"| {kind.Name} | {kind.File} | {result} | {seen} |\n");
        }

        return text.ToString();
    }

    private static void RequirePicture(PhotoKind kind, DecodedImage result, RgbImage expected)
    {
        Assert.Equal(kind.HasAlpha, result.Alpha is not null);
        Assert.Equal(kind.IsGrey, result.IsGrey);
        for (int i = 0; i < expected.Pixels.Length; i++)
        {
            if (result.Alpha is { } alpha && alpha[i / 3] < 255)
            {
                continue; // hidden colours are filled from their neighbours
            }

            int difference = Math.Abs(result.Image.Pixels[i] - expected.Pixels[i]);
            Assert.True(difference <= Math.Max(1, kind.Error * 2), $"{kind.Name}: value {i} is {result.Image.Pixels[i]}, "
                + $"and {expected.Pixels[i]} was expected.");
        }
    }

    private static string Output(TempFolder folder, PhotoKind kind) =>
        folder["o" + (ImageCodec.IsWritten(kind.File) ? Path.GetExtension(kind.File) : ".png")];

    private static PhotoKind Kind(string name) => PhotoKind.All.Single(kind => kind.Name == name);
}
