using SuperRes.Lab.Datasets;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class MatFileTests
{
    private static readonly (string, double[])[] Variables = [("trnid", [1, 300, 7]), ("a", [2.5, -1]), ("few", [4]), ("none", [])];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_EveryNumberType_GivesTheValues(bool compressed)
    {
        using var temp = new TempFolder();
        IReadOnlyDictionary<string, double[]> read = MatFile.Read(temp.Write("set.mat", MatBuilder.Write(compressed, Variables)));

        Assert.Equal(["a", "few", "none", "trnid"], read.Keys.Order());
        Assert.Equal([1, 300, 7], read["trnid"]);
        Assert.Equal([2.5, -1], read["a"]);
        Assert.Equal([4], read["few"]);
        Assert.Empty(read["none"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_CutShortAnywhere_NamesTheFileOrGivesWholeVariablesAlone(bool compressed)
    {
        using var temp = new TempFolder();
        byte[] bytes = MatBuilder.Write(compressed, Variables);
        for (int length = 0; length < bytes.Length; length++)
        {
            string path = temp.Write("cut.mat", bytes[..length]);
            try
            {
                foreach ((string name, double[] values) in MatFile.Read(path))
                {
                    Assert.Equal(Variables.Single(one => one.Item1 == name).Item2, values);
                }
            }
            catch (InputException e)
            {
                Assert.Contains("cut.mat", e.Message);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_AnyByteChanged_FailsAsWrongInputIfAtAll(bool compressed)
    {
        using var temp = new TempFolder();
        byte[] bytes = MatBuilder.Write(compressed, Variables);
        for (int i = 0; i < bytes.Length; i++)
        {
            foreach (byte flip in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
            {
                bytes[i] ^= flip;
                string path = temp.Write("changed.mat", bytes);
                bytes[i] ^= flip;
                try
                {
                    MatFile.Read(path);
                }
                catch (InputException e)
                {
                    Assert.Contains("changed.mat", e.Message);
                }
            }
        }
    }

    [Fact]
    public void Read_MissingFile_NamesIt() =>
        Assert.Contains("absent.mat", Assert.Throws<InputException>(() => MatFile.Read("absent.mat")).Message);
}
