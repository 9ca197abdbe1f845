using SuperRes.Lab.Imaging;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Html;
using SuperRes.Lab.Notebooks.Pages;

namespace SuperRes.Lab.Tests.Notebooks;

public sealed class MarkdownPagesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Write_NotebookWithEveryKind_MakesAPageItsPicturesAndTheList()
    {
        NotebookCell cell = NotebookCell.Code("Show()");
        cell.SetOutputs(
        [
            new StreamOutput("stdout", "printed\n"),
            new DisplayOutput(MimeBundle.Of((MimeBundle.Html, "<table/>"), (MimeBundle.Plain, "a  b"))),
            new DisplayOutput(MimeBundle.Of((MimeBundle.Plain, "the picture\nmore"),
                (MimeBundle.Png, Convert.ToBase64String(ImageCodec.EncodePng(new RgbImage(8, 6)))))),
        ], 1);
        Notebook notebook = Notebook.Create()
            .Add(NotebookCell.Markdown("# 01 · First\n\n"
                + "[next](02-b.ipynb), [docs](../docs/claims.md#a), [site](https://example.org/x.ipynb)"))
            .Add(cell);

        MarkdownPages.Write([new SiteNotebook(_temp["notebooks/01-a.ipynb"], notebook)], _temp["docs/pages"], "Title", "About.");

        string page = File.ReadAllText(_temp["docs/pages/01-a.md"]);
        Assert.Contains("[next](02-b.md), [docs](../claims.md#a), [site](https://example.org/x.ipynb)", page, StringComparison.Ordinal);
        Assert.Contains("```csharp\nShow()\n```", page, StringComparison.Ordinal);
        Assert.Contains("```text\nprinted\n```", page, StringComparison.Ordinal);
        Assert.Contains("```text\na  b\n```", page, StringComparison.Ordinal);
        Assert.Contains("![the picture](images/01-a-1-3.png)", page, StringComparison.Ordinal);
        RgbImage picture = ImageCodec.Read(_temp["docs/pages/images/01-a-1-3.png"]);
        Assert.Equal((8, 6), (picture.Width, picture.Height));
        Assert.Contains("- [01 · First](01-a.md)", File.ReadAllText(_temp["docs/pages/README.md"]), StringComparison.Ordinal);
    }
}
