using SuperRes.Lab.Course;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Checking;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>Claims as the course shows them, read back from stored outputs.</summary>
public sealed class NotebookClaimTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Of_EachVerdict_IsReadBack()
    {
        Notebook notebook = Showing(
            new Claim("It gets better.", true, "1.0 before: 0.5 after."),
            new Claim("It wins.", false, "1 of 6.", "docs/reproduction.md"),
            new Claim("It loses.", false, "2 of 6."));

        Assert.Equal(
        [
            new NotebookClaim(1, "It gets better.", ClaimVerdict.Holds, "1.0 before: 0.5 after.", null),
            new NotebookClaim(1, "It wins.", ClaimVerdict.ShownElsewhere, "1 of 6.", "docs/reproduction.md"),
            new NotebookClaim(1, "It loses.", ClaimVerdict.Fails, "2 of 6.", null),
        ], NotebookClaim.Of(notebook));
        Assert.Equal("[1] holds: It gets better. (1.0 before: 0.5 after)", NotebookClaim.Of(notebook)[0].ToString());
    }

    [Fact]
    public void Check_FailingOrWithoutItsPlace_IsFound()
    {
        _root.Write("docs/there.md", "");
        Notebook notebook = Showing(
            new Claim("A.", true, "yes."), new Claim("B.", false, "no.", "docs/there.md"),
            new Claim("C.", false, "no.", "docs/missing.md"), new Claim("D.", false, "no."));

        string[] findings = [.. NotebookClaim.Check(notebook, _root.Path).Select(finding => finding.Message)];

        Assert.Equal(2, findings.Length);
        Assert.Contains("names docs/missing.md, which does not exist", findings[0], StringComparison.Ordinal);
        Assert.Contains("\"D.\" does not hold: no.", findings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Check_CellWhoseClaimIsNotStored_IsFound()
    {
        Notebook notebook = Notebook.Create().Add(NotebookCell.Code("new Claim(\"A.\", true, \"yes.\")"));
        NotebookFinding finding = Assert.Single(NotebookClaim.Check(notebook, _root.Path));
        Assert.Contains("no stored output shows it", finding.Message, StringComparison.Ordinal);
    }

    private static Notebook Showing(params Claim[] claims)
    {
        NotebookCell cell = NotebookCell.Code("new Claim()");
        cell.SetOutputs(claims.Select(claim => new DisplayOutput(
            MimeBundle.Of((MimeBundle.Html, claim.ToHtml()), (MimeBundle.Plain, claim.ToText())))), 1);
        return Notebook.Create().Add(cell);
    }
}
