using TorchSharp;

namespace SuperRes.Lab.Show;

/// <summary>A tensor as text: its shape and kind, and its values, shortened where they are many.</summary>
/// <param name="tensor">The tensor, which stays its owner's.</param>
internal sealed class TensorView(torch.Tensor tensor) : IDisplayable
{
    /// <inheritdoc/>
    public string ToHtml() => $"<pre class=\"srl-tensor\">{Markup.Escape(ToText())}</pre>";

    /// <inheritdoc/>
    public byte[]? ToPng() => null;

    /// <inheritdoc/>
    public string ToText() => tensor.ToString(TensorStringStyle.Numpy).TrimEnd();
}
