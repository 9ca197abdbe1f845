using SuperRes.Lab.Cli;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Cli;

/// <summary>What a command line gave.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>The one line that the error stream must hold.</summary>
    public string OneError()
    {
        string[] lines = Error.TrimEnd('\n').Split('\n');
        Assert.Single(lines);
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        return lines[0]["error: ".Length..];
    }
}

/// <summary>Runs the command line in this process.</summary>
internal static class CliHarness
{
    public static CliResult Run(params string[] args) => Run(new ConsoleEnvironment(), CancellationToken.None, args);

    public static CliResult Run(ConsoleEnvironment environment, CancellationToken cancellation, params string[] args)
    {
        using StringWriter output = Writer(), error = Writer();
        int code = CommandLineHost.Run(args, TextWriter.Synchronized(output), TextWriter.Synchronized(error), environment, cancellation);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Fails with exit code 2 and one line on the error stream.</summary>
    public static string WrongInput(params string[] args)
    {
        CliResult result = Run(args);
        Assert.Equal(2, result.Code);
        Assert.Empty(result.Out);
        return result.OneError();
    }

    public static UnetOptions TinyUnet { get; } = new() { Body = "resnet18", Width = 0.25, Blocks = [1, 1, 1, 1], Norm = NormType.Batch };

    /// <summary>Writes an untrained model.</summary>
    public static string WriteModel(string folder, string name = "tiny", int scale = 2, string task = "super-resolution")
    {
        string path = Path.Combine(folder, name + ".safetensors");
        using var network = new DynamicUnet(TinyUnet);
        RestorationModel.Save(path, network, new ModelCard { Scale = scale, Task = task });
        return path;
    }

    /// <summary>Writes a picture of smooth waves, so that enlargements have something to be measured on.</summary>
    public static string WriteImage(string path, int width = 48, int height = 40, int number = 0)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width;
            image.Pixels[i] = (byte)(128 + (100 * Math.Sin((x * 0.3) + (y * 0.2) + (i % 3) + number)));
        }

        ImageCodec.Write(image, path);
        return path;
    }

    private static StringWriter Writer() => new() { NewLine = "\n" };
}
