using SuperRes.Lab.IO;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;

namespace SuperRes.Lab.Tests.IO;

public sealed class PlacesTests
{
    [Theory]
    [InlineData("", "SUPERRES_CACHE")]
    [InlineData("relative/home", "does not start at the root")]
    public void Home_MissingOrRelative_IsASentenceAndNoFolderInTheWorkingOne(string home, string expected)
    {
        // Where HOME is missing the system's own record may still know one.
        try
        {
            Assert.True(Path.IsPathRooted(HomeFolder.Find(_ => home, "SUPERRES_CACHE")));
            Assert.Empty(home);
        }
        catch (InputException e)
        {
            Assert.Contains(expected, e.Message);
        }
    }

    [Fact]
    public void Named_RelativeFolder_IsRefused()
    {
        Assert.Contains("JUPYTER_DATA_DIR is data, which does not start at the root",
            Assert.Throws<InputException>(() => HomeFolder.Named(_ => "data", "JUPYTER_DATA_DIR")).Message);
        Assert.Null(HomeFolder.Named(_ => null, "JUPYTER_DATA_DIR"));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:12", "git lfs pull")]
    [InlineData("<!doctype HTML><html><body>Sign in</body></html>", "a web page")]
    public void Model_ThatIsAPointerOrAPage_SaysWhatItIs(string content, string expected)
    {
        using var folder = new TempFolder();
        string path = folder.Write("lite.safetensors", System.Text.Encoding.UTF8.GetBytes(content));
        string message = Assert.Throws<InputException>(() => RestorationModel.Load(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
        string onnx = folder.Write("lite.onnx", System.Text.Encoding.UTF8.GetBytes(content));
        Assert.Contains(expected, Assert.Throws<InputException>(() => OnnxNetwork.Load(onnx)).Message);
    }
}
