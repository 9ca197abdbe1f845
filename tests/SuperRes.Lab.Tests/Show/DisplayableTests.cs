using System.Xml.Linq;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Tests.Show;

public sealed class DisplayableTests
{
    public static TheoryData<string> Names() => [.. DisplaySamples.All().Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Html_OfEveryKind_IsWellFormedAndHoldsNoStrayMarkup(string name)
    {
        IDisplayable value = DisplaySamples.All().Single(v => v.Name == name).Value;
        XElement root = DisplaySamples.Parse(value.ToHtml());
        Assert.DoesNotContain(root.DescendantsAndSelf("b"), b => b.Value.Contains("& \"c\"", StringComparison.Ordinal));
        Assert.All(
            root.Descendants("img"), image => Assert.StartsWith("data:image/", (string?)image.Attribute("src"), StringComparison.Ordinal));
        Assert.All(root.Descendants("img"), image => Assert.False(string.IsNullOrEmpty((string?)image.Attribute("alt"))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Png_OfEveryKindButTables_DecodesToAPictureThatIsNotBlank(string name)
    {
        IDisplayable value = DisplaySamples.All().Single(v => v.Name == name).Value;
        if (value is Table)
        {
            Assert.Null(value.ToPng());
            return;
        }

        RgbImage image = DisplaySamples.Decode(value.ToPng());
        Assert.True(DisplaySamples.Ink(image, 0, 0, image.Width, image.Height) > 20);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_OfEveryKind_SaysSomethingAndEndsWithoutALineBreak(string name)
    {
        string text = DisplaySamples.All().Single(v => v.Name == name).Value.ToText();
        Assert.NotEmpty(text);
        Assert.Equal(text.TrimEnd(), text);
    }

    [Fact]
    public void Displayables_SeenAsInteractiveSeesThem_HaveFormattersForHtmlPngAndText()
    {
        foreach (Type type in typeof(IDisplayable).Assembly.GetTypes().Where(
            t => t.IsClass && t.IsPublic && t.IsAssignableTo(typeof(IDisplayable))))
        {
            object attribute = type.GetCustomAttributes(true).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
            var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
            var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
            Assert.Equal("text/html", preferred[0]);
            var formatters =
                ((System.Collections.IEnumerable)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), [])!)
                .Cast<object>().ToArray();
            string[] kinds = formatters.Select(f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)!).ToArray();
            Assert.Equal(["text/html", "image/png", "text/plain"], kinds);
            Assert.NotNull(type.GetMethod("ToHtml", Type.EmptyTypes));
        }
    }

    [Fact]
    public void Formatters_GivenAValue_WriteHtmlAndBase64Png()
    {
        var picture = new Picture(DisplaySamples.Picture());
        string[] written = new DisplayableFormatterSource().CreateTypeFormatters().Cast<DisplayableFormatter>().Select(f =>
        {
            using var writer = new StringWriter();
            Assert.True(f.Format(picture, writer));
            return writer.ToString();
        }).ToArray();
        Assert.Equal(picture.ToHtml(), written[0]);
        Assert.Equal(picture.ToPng(), Convert.FromBase64String(written[1]));
        Assert.Equal(picture.ToText(), written[2]);
    }

    [Fact]
    public void Formatters_GivenAnythingElseOrNoPng_SayThatTheyWroteNothing()
    {
        DisplayableFormatter[] formatters = new DisplayableFormatterSource().CreateTypeFormatters().Cast<DisplayableFormatter>().ToArray();
        using var writer = new StringWriter();
        Assert.False(formatters[0].Format("text", writer));
        Assert.False(formatters[1].Format(new Table(["a"], [[1]]), writer));
        Assert.Equal("", writer.ToString());
    }
}
