using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging.Fuzz;

/// <summary>Decodes damaged files in a process of its own, which <see cref="DecodingFuzzTests"/> starts and watches.</summary>
public sealed class FuzzWorker
{
    /// <summary>First number, one past the last, and the file that says how far it is.</summary>
    public const string Variable = "SUPERRES_FUZZ_RANGE";

    private const int MostPixels = 1 << 20;

    [Fact]
    public void DamagedFiles_Decoded_GiveAPictureOrASentence()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(':', 3) is not [string first, string end, string file])
        {
            return; // no watcher asked for it
        }

        var mutator = new ImageMutator([.. PhotoKind.All.Select(kind => kind.Make()).Where(bytes => bytes.Length > 0)]);
        using var progress = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        for (long i = long.Parse(first); i < long.Parse(end); i++)
        {
            progress.Position = 0;
            progress.Write(BitConverter.GetBytes(i));
            byte[] bytes = mutator.Make(i);
            try
            {
                ImageCodec.DecodeWithAlpha(bytes, "damaged", new ImageLimits { MaxPixels = MostPixels });
            }
            catch (InputException e)
            {
                Assert.StartsWith("damaged ", e.Message);
            }
        }

        progress.Position = 0;
        progress.Write(BitConverter.GetBytes(long.Parse(end)));
    }
}
