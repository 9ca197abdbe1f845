using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("superres needs a command: doctor, data, ", "")]
    [InlineData("'upscal' is no command of superres; did you mean upscale? See superres --help.", "upscal")]
    [InlineData("'frobnicate' is no command of superres; there are doctor, ", "frobnicate")]
    [InlineData("superres weights needs a command: list, fetch, inspect, check, convert, average. See superres weights --help.", "weights")]
    [InlineData("'ftech' is no command of superres weights; did you mean fetch?", "weights ftech x")]
    [InlineData("superres has no option --bogus. See superres --help.", "--bogus")]
    [InlineData("superres upscale has no option --scal; did you mean --scale? See superres upscale --help.", "upscale a.png --scal 3")]
    [InlineData("superres doctor has no option --jsno; did you mean --json?", "doctor --jsno x")]
    [InlineData("INPUT is missing. See superres upscale --help.", "upscale")]
    [InlineData("EXPERIMENT is missing. See superres train --help.", "train")]
    [InlineData("OUT.safetensors is missing.", "weights convert in.pth")]
    [InlineData("--hr DIR is missing. See superres evaluate --help.", "evaluate --scale 2")]
    [InlineData("--out DIR is missing. See superres data synth --help.", "data synth")]
    [InlineData("--scale needs a value: --scale N.", "upscale a.png --scale")]
    [InlineData("--scale is 'two'; give a whole number from 1 to 64.", "upscale a.png --scale two")]
    [InlineData("--tile is '8'; give a whole number from 16.", "upscale a.png --tile 8")]
    [InlineData("--count is '0'; give a whole number from 1 to 1000000.", "data synth --out x --count 0")]
    [InlineData("--dtype is 'float16'; give float32 or bfloat16.", "upscale a.png --dtype float16")]
    [InlineData("--size is '64'; give height and width such as 64x96.", "reference forward --size 64")]
    [InlineData("--y-range is '3,1'; give two rising numbers such as -3,3.", "reference forward --y-range 3,1")]
    [InlineData("'extra' is one argument too many for superres doctor.", "doctor extra")]
    public void Arguments_WrongOnes_AreToldInOneLine(string expected, string line)
        => Assert.StartsWith(expected, WrongInput(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void Arguments_EmptyValue_IsRefused()
        => Assert.StartsWith("--out is empty; give --out DIR.", WrongInput("data", "synth", "--out", ""), StringComparison.Ordinal);

    [Fact]
    public void Arguments_HelpBesideMistakes_ShowsHelp()
    {
        CliResult result = Run("upscale", "--scale", "x", "--help");
        Assert.Equal(0, result.Code);
        Assert.Contains("superres upscale <INPUT>", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Arguments_FileNamedWithAtSign_IsAFile()
    {
        using var folder = new TempFolder();
        Assert.StartsWith($"{folder["@photo.png"]} does not exist", WrongInput("upscale", folder["@photo.png"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("upscal", "upscale")]
    [InlineData("--scal", "--scale")]
    [InlineData("tarin", "train")]
    [InlineData("docotr", "doctor")]
    [InlineData("x", null)]
    [InlineData("banana", null)]
    public void Spelling_NearestWord_IsFoundOnlyWhereNear(string typed, string? expected)
        => Assert.Equal(expected, SuperRes.Lab.Spelling.Nearest(typed, ["upscale", "--scale", "train", "doctor"]));
}
