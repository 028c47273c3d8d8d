"""The original networks in PyTorch, timed for bench/embed.ts. One JSON request a line on stdin, one JSON answer a line.

    {"model": "dinov2-base", "batch": 8, "size": 224, "bands": 3, "threads": 2, "seconds": 5, "device": "cpu"}  ->  {"secondsPerBatch": [...]}

Needs torch, timm and transformers (pip install torch timm transformers). Weights are random: they do not change the time.
"""

import json
import sys
import time

import torch


def dinov2(hidden, layers, heads):
    from transformers import Dinov2Config, Dinov2Model

    config = Dinov2Config(
        hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, image_size=518, patch_size=14
    )
    model = Dinov2Model(config)
    return lambda x: model(x).last_hidden_state.mean(dim=1), model


def siglip():
    from transformers import SiglipVisionConfig, SiglipVisionModel

    config = SiglipVisionConfig(
        hidden_size=1152,
        intermediate_size=4304,
        num_hidden_layers=27,
        num_attention_heads=16,
        image_size=384,
        patch_size=14,
    )
    model = SiglipVisionModel(config)
    return lambda x: model(x).pooler_output, model


def timm_model(name, **options):
    import timm

    model = timm.create_model(name, pretrained=False, num_classes=0, **options)
    return model, model


builders = {
    "dinov2-small": lambda bands: dinov2(384, 12, 6),
    "dinov2-base": lambda bands: dinov2(768, 12, 12),
    "dinov2-large": lambda bands: dinov2(1024, 24, 16),
    "siglip-so400m": lambda bands: siglip(),
    "ssl4eo-s2": lambda bands: timm_model("resnet50", in_chans=bands),
    "ssl4eo-s1": lambda bands: timm_model("resnet50", in_chans=bands),
    "decur-s2": lambda bands: timm_model("resnet50", in_chans=bands),
    "decur-s1": lambda bands: timm_model("resnet50", in_chans=bands),
    "softcon-vits14": lambda bands: timm_model("vit_small_patch14_dinov2", in_chans=bands, img_size=224),
}


built = {}


def network(name, bands, device):
    if name not in built:
        built.clear()
        run, module = builders[name](bands)
        module.eval()
        if device != "cpu":
            module.half().cuda()
        built[name] = run
    return built[name]


def measure(request):
    torch.set_num_threads(request["threads"])
    if request["model"] not in builders:
        return {"absent": True}
    on_gpu = request.get("device", "cpu") != "cpu"
    if on_gpu and not torch.cuda.is_available():
        return {"absent": True}
    run = network(request["model"], request["bands"], request.get("device", "cpu"))
    x = torch.randn(request["batch"], request["bands"], request["size"], request["size"])

    def step():
        # from memory to memory, as ours
        run(x.half().cuda() if on_gpu else x).cpu()

    seconds = []
    with torch.inference_mode():
        step()
        start = time.perf_counter()
        while len(seconds) < 3 or time.perf_counter() - start < request["seconds"]:
            before = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - before)
    return {"secondsPerBatch": seconds, "version": torch.__version__}


for line in sys.stdin:
    print(json.dumps(measure(json.loads(line))), flush=True)
