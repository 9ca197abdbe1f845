using SuperRes.Lab.Weights;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>Compares files of weights.</summary>
internal static class SavedWeights
{
    /// <summary>Every tensor of the one is in the other, bit for bit.</summary>
    public static void AssertSame(string expected, string actual)
    {
        using SafeTensors a = SafeTensors.Open(expected), b = SafeTensors.Open(actual);
        foreach (SafeTensorEntry entry in a.Entries)
        {
            using Tensor x = a.Read(entry.Name), y = b.Read(entry.Name);
            Assert.True(x.equal(y).all().item<bool>(), entry.Name);
        }
    }
}
