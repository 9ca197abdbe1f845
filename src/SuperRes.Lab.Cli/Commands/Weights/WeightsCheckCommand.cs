using System.CommandLine;
using System.Globalization;
using SuperRes.Lab.Cli.Diagnosis;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights check</c>: do pretrained encoder weights see what is in a photo?</summary>
internal sealed class WeightsCheckCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _body = new("NAME") { HelpName = "NAME", Description = "resnet18, resnet34 or resnet50." };
    private readonly Argument<string> _photo =
        new("PHOTO") { HelpName = "PHOTO", Description = "A photo of something that ImageNet knows, such as a cat." };

    public WeightsCheckCommand(CommandContext context)
        : base("check", "Classify a photo with a pretrained encoder, to see that its weights are right.",
            "superres weights check resnet34 data/samples/chelsea.png")
    {
        _context = context;
        Arguments.Add(_body);
        Arguments.Add(_photo);
    }

    protected override int Run(ParseResult parsed)
    {
        RgbImage photo = ImageCodec.Read(parsed.GetRequiredValue(_photo));
        foreach (ClassGuess guess in ImageClassifier.Classify(parsed.GetRequiredValue(_body), photo))
        {
            _context.Terminal.Result(
                string.Create(CultureInfo.InvariantCulture, $"ImageNet class {guess.Index,3}  {guess.Probability:0.000}"));
        }

        return ExitCodes.Done;
    }
}
